# Driver: parsers of Perl. Argument: MIME::Parser (of MIMEDefang, amavis and MailScanner), Email::MIME, Mail::Message or
# Mail::SpamAssassin::Message.
use strict;
use warnings;
use JSON::PP;
use MIME::Base64 qw(encode_base64);

$| = 1;
my ($parser) = @ARGV;
my %read = (
    "MIME::Parser" => \&mime_parser,
    "Email::MIME" => \&email_mime,
    "Mail::Message" => \&mail_message,
    "Mail::SpamAssassin::Message" => \&spamassassin,
);
eval "require $parser; 1" or die "no $parser\n";

while (my $path = <STDIN>) {
    chomp $path;
    my (@leaves, @from);
    my $said = { leaves => \@leaves, from => \@from };
    local $SIG{__WARN__} = sub { };
    eval { $read{$parser}->(content_of($path), \@leaves, \@from); 1 } or $said->{error} = "died";
    print encode_json($said), "\n";
}

sub content_of {
    my ($path) = @_;
    open my $file, "<:raw", $path or die;
    local $/;
    return scalar <$file>;
}

sub encoded {
    my ($text) = @_;
    $text //= "";
    utf8::encode($text) if utf8::is_utf8($text);
    return encode_base64($text, "");
}

sub leaf { my ($leaves, @strings) = @_; push @$leaves, [map { encoded($_) } @strings]; }

sub mime_parser {
    my ($octets, $leaves, $from) = @_;
    my $parser = MIME::Parser->new;
    $parser->output_to_core(1);
    $parser->tmp_to_core(1);
    $parser->extract_nested_messages(1);
    my @open = ($parser->parse_data($octets));
    push @$from, map { encoded($_) } $open[0]->head->get_all("From");
    while (my $entity = shift @open) {
        if (my @parts = $entity->parts) { unshift @open, @parts; next }
        my $body = $entity->bodyhandle;
        leaf($leaves, $entity->mime_type, $entity->head->recommended_filename, $body ? $body->as_string : "");
    }
}

sub email_mime {
    my ($octets, $leaves, $from) = @_;
    my @open = (Email::MIME->new($octets));
    push @$from, map { encoded($_) } $open[0]->header_raw("From");
    while (my $entity = shift @open) {
        if (my @parts = $entity->subparts) { unshift @open, @parts; next }
        my ($type) = split /;/, $entity->content_type // "";
        my $content = eval { $entity->body } // "";
        if (($type // "") =~ m{^\s*message/rfc822\s*$}i) { unshift @open, Email::MIME->new($content); next }
        leaf($leaves, $type, scalar(eval { $entity->filename }), $content);
    }
}

sub mail_message {
    my ($octets, $leaves, $from) = @_;
    my @open = (Mail::Message->read($octets));
    push @$from, map { encoded("$_") } map { $_->unfoldedBody } $open[0]->head->get("From");
    while (my $message = shift @open) {
        my $body = $message->body;
        if ($body->isMultipart) { unshift @open, $body->parts; next }
        if ($body->isNested) { unshift @open, $body->nested; next }
        my $plain = eval { $body->encode(transfer_encoding => "none", charset => undef)->string } // $body->string;
        leaf($leaves, $body->mimeType->type, scalar(eval { $body->dispositionFilename }), $plain);
    }
}

sub spamassassin {
    my ($octets, $leaves, $from) = @_;
    my $message = Mail::SpamAssassin::Message->new({ message => [split /^/m, $octets] });
    $message->parse_body;
    push @$from, map { encoded($_) } $message->header("From");
    for my $part ($message->find_parts(qr/./, 1)) {
        leaf($leaves, $part->{type}, $part->{name}, scalar $part->decode);
    }
}
