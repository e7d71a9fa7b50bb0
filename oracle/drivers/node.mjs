// Driver: parsers of Node. Arguments: where node_modules lies, and mailparser, postal-mime or emailjs-mime-parser.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , home, kind] = process.argv;
const require = createRequire(join(home, "package.json"));
const load = async () => {
  try {
    return require(kind);
  } catch {
    return import(pathToFileURL(require.resolve(kind)).href);
  }
};
const library = await load();

const encoded = (value) =>
  Buffer.from(value instanceof ArrayBuffer ? new Uint8Array(value) : (value ?? "")).toString("base64");
const leaf = (...strings) => strings.map(encoded);

const read = {
  async mailparser(octets) {
    const mail = await library.simpleParser(octets, { skipTextToHtml: true, skipHtmlToText: true, skipImageLinks: true });
    const texts = [["text/plain", mail.text], ["text/html", mail.html]].filter(([, text]) => text);
    const files = mail.attachments.map((file) => leaf(file.contentType, file.filename, file.content));
    return [...texts.map(([type, text]) => leaf(type, "", text)), ...files];
  },
  async "postal-mime"(octets) {
    const Parser = library.default?.default ?? library.default ?? library;
    const mail = await Parser.parse(octets);
    const texts = [["text/plain", mail.text], ["text/html", mail.html]].filter(([, text]) => text);
    const files = mail.attachments.map((file) => leaf(file.mimeType, file.filename, file.content));
    return [...texts.map(([type, text]) => leaf(type, "", text)), ...files];
  },
  async "emailjs-mime-parser"(octets) {
    const parse = library.default?.default ?? library.default ?? library;
    const found = [];
    const open = [parse(octets)];
    while (open.length) {
      const node = open.shift();
      if (node.childNodes?.length) open.unshift(...node.childNodes);
      else found.push(leaf(node.contentType?.value, node.contentType?.params?.name, node.content));
    }
    return found;
  },
};

for await (const path of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = { leaves: await read[kind](readFileSync(path)) };
  } catch (error) {
    said = { leaves: [], error: error.name };
  }
  process.stdout.write(JSON.stringify(said) + "\n");
}
