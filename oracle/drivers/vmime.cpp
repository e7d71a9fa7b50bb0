// Driver: VMime, the parser of Kopano.
#include <vmime/contentDispositionField.hpp>
#include <vmime/platforms/posix/posixHandler.hpp>
#include <vmime/vmime.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

static std::string encoded(const std::string &octets)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	std::string text;
	for (std::size_t at = 0; at < octets.size(); at += 3) {
		unsigned bits = 0;
		for (std::size_t octet = 0; octet < 3; octet++)
			bits = bits << 8 | (at + octet < octets.size() ? static_cast<unsigned char>(octets[at + octet]) : 0);
		for (std::size_t digit = 0; digit < 4; digit++)
			text += at + digit <= octets.size() ? digits[bits >> (18 - 6 * digit) & 63] : '=';
	}
	return '"' + text + '"';
}

static std::string name_of(const vmime::bodyPart &part)
{
	try {
		auto field = part.getHeader()->findField<vmime::contentDispositionField>(vmime::fields::CONTENT_DISPOSITION);
		return field && field->hasFilename() ? field->getFilename().getBuffer() : "";
	} catch (...) {
		return "";
	}
}

static void walk(const vmime::bodyPart &part, std::string &leaves, int depth)
{
	auto body = part.getBody();
	for (std::size_t index = 0; index < body->getPartCount(); index++)
		walk(*body->getPartAt(index), leaves, depth + 1);
	if (body->getPartCount())
		return;
	std::string type = body->getContentType().generate();
	std::ostringstream content;
	vmime::utility::outputStreamAdapter output(content);
	try {
		body->getContents()->extract(output);
	} catch (...) {
		content.str("");
		body->getContents()->extractRaw(output);
	}
	if (type == "message/rfc822" && depth < 200) {
		vmime::message inner;
		inner.parse(content.str());
		return walk(inner, leaves, depth + 1);
	}
	leaves += (leaves.empty() ? "[" : ",[") + encoded(type) + "," + encoded(name_of(part)) + "," + encoded(content.str()) + "]";
}

int main()
{
	vmime::platform::setHandler<vmime::platforms::posix::posixHandler>();
	for (std::string path; std::getline(std::cin, path);) {
		std::string leaves, error;
		try {
			std::ifstream file(path, std::ios::binary);
			std::string octets((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
			vmime::message message;
			message.parse(octets);
			walk(message, leaves, 0);
		} catch (...) {
			error = ",\"error\":\"exception\"";
		}
		std::cout << "{\"leaves\":[" << leaves << "]" << error << "}" << std::endl;
	}
}
