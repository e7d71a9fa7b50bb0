<?php
// Driver: parsers of PHP. Argument: mailparse (the extension) or horde (Horde_Mime).
error_reporting(0);
[, $kind] = $argv;
if ($kind === 'horde') {
    spl_autoload_register(function ($class) {
        include_once str_replace(['\\', '_'], '/', $class) . '.php';
    });
}

while (($line = fgets(STDIN)) !== false) {
    $said = ['leaves' => [], 'from' => []];
    try {
        $octets = file_get_contents(rtrim($line, "\n"));
        $said['leaves'] = $kind === 'horde' ? horde($octets) : mailparse($octets);
    } catch (Throwable $error) {
        $said['error'] = get_class($error);
    }
    echo json_encode($said), "\n";
}

function leaf($type, $name, $content)
{
    return array_map(fn ($text) => base64_encode((string) $text), [$type, $name, $content]);
}

function mailparse($octets)
{
    $leaves = [];
    $file = tempnam(sys_get_temp_dir(), 'oracle');
    file_put_contents($file, $octets);
    $message = mailparse_msg_parse_file($file);
    $names = mailparse_msg_get_structure($message);
    foreach ($names as $name) {
        $holds = array_filter($names, fn ($other) => strpos($other, "$name.") === 0);
        $part = mailparse_msg_get_part($message, $name);
        $about = mailparse_msg_get_part_data($part);
        if ($holds) {
            continue;
        }
        $content = mailparse_msg_extract_part_file($part, $file, null);
        $leaves[] = leaf($about['content-type'] ?? '', $about['disposition-filename'] ?? $about['content-name'] ?? '', $content);
    }
    mailparse_msg_free($message);
    unlink($file);
    return $leaves;
}

function horde($octets)
{
    $leaves = [];
    $open = [Horde_Mime_Part::parseMessage($octets)];
    while ($open) {
        $part = array_shift($open);
        $inner = $part->getParts();
        if ($inner) {
            array_unshift($open, ...$inner);
            continue;
        }
        $part->buildMimeIds();
        $leaves[] = leaf($part->getType(), $part->getName(), $part->getContents());
    }
    return $leaves;
}
