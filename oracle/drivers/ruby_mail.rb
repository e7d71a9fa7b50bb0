# Driver: the mail gem of Ruby.
require "mail"
require "json"
require "base64"

$stdout.sync = true
$VERBOSE = nil

def encoded(text)
  Base64.strict_encode64(text.to_s.b)
end

def leaves(part, found)
  return part.parts.each { |inner| leaves(inner, found) } if part.multipart? && part.parts.any?

  type = begin part.mime_type rescue nil end
  content = begin part.body.decoded rescue part.body.raw_source end
  return leaves(Mail.read_from_string(content), found) if type == "message/rfc822"

  name = begin part.filename rescue nil end
  found << [encoded(type), encoded(name), encoded(content)]
end

while (line = $stdin.gets)
  said = { leaves: [], from: [] }
  begin
    message = Mail.read_from_string(File.binread(line.chomp))
    said[:from] = Array(message.header["from"]).map { |field| encoded(field.value) }
    leaves(message, said[:leaves])
  rescue StandardError, SystemStackError => error
    said[:error] = error.class.name
  end
  puts JSON.generate(said)
end
