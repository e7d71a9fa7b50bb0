/* Driver: libetpan, the parser of Claws Mail and Mailcore. */
#include <libetpan/libetpan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *between;

static void put(const char *octets, size_t length, const char *after)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	putchar('"');
	for (size_t at = 0; at < length; at += 3) {
		unsigned bits = 0;
		for (size_t octet = 0; octet < 3; octet++)
			bits = bits << 8 | (at + octet < length ? (unsigned char)octets[at + octet] : 0);
		for (size_t digit = 0; digit < 4; digit++)
			putchar(at + digit <= length ? digits[bits >> (18 - 6 * digit) & 63] : '=');
	}
	printf("\"%s", after);
}

static void put_text(const char *text, const char *after)
{
	put(text ? text : "", text ? strlen(text) : 0, after);
}

static const char *type_of(struct mailmime_content *content)
{
	static const char *const discrete[] = {"", "text", "image", "audio", "video", "application", "extension"};
	static char name[512];
	const char *front = "message";

	if (!content)
		return "text/plain";
	if (content->ct_type->tp_type == MAILMIME_TYPE_DISCRETE_TYPE) {
		struct mailmime_discrete_type *type = content->ct_type->tp_data.tp_discrete_type;
		front = type->dt_type == MAILMIME_DISCRETE_TYPE_EXTENSION ? type->dt_extension : discrete[type->dt_type];
	} else if (content->ct_type->tp_data.tp_composite_type->ct_type == MAILMIME_COMPOSITE_TYPE_MULTIPART) {
		front = "multipart";
	}
	snprintf(name, sizeof name, "%s/%s", front ? front : "", content->ct_subtype ? content->ct_subtype : "");
	return name;
}

static void leaf(struct mailmime *part)
{
	struct mailmime_single_fields fields;
	struct mailmime_data *data = part->mm_data.mm_single;
	size_t at = 0, length = 0;
	char *decoded = NULL;
	int encoding = MAILMIME_MECHANISM_8BIT;

	mailmime_single_fields_init(&fields, part->mm_mime_fields, part->mm_content_type);
	if (fields.fld_encoding)
		encoding = fields.fld_encoding->enc_type;
	printf("%s[", between);
	between = ",";
	put_text(type_of(part->mm_content_type), ",");
	put_text(fields.fld_disposition_filename ? fields.fld_disposition_filename : fields.fld_content_name, ",");
	if (data && data->dt_type == MAILMIME_DATA_TEXT &&
	    mailmime_part_parse(data->dt_data.dt_text.dt_data, data->dt_data.dt_text.dt_length, &at, encoding, &decoded,
				&length) == MAILIMF_NO_ERROR) {
		put(decoded, length, "]");
		mmap_string_unref(decoded);
	} else {
		put("", 0, "]");
	}
}

static void walk(struct mailmime *part)
{
	clistiter *next;

	switch (part->mm_type) {
	case MAILMIME_SINGLE:
		leaf(part);
		break;
	case MAILMIME_MULTIPLE:
		for (next = clist_begin(part->mm_data.mm_multipart.mm_mp_list); next; next = clist_next(next))
			walk(clist_content(next));
		break;
	case MAILMIME_MESSAGE:
		if (part->mm_data.mm_message.mm_msg_mime)
			walk(part->mm_data.mm_message.mm_msg_mime);
		break;
	}
}

static void answer(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *octets = NULL;
	size_t length = 0, at = 0;
	struct mailmime *message = NULL;

	between = "";
	printf("{\"leaves\":[");
	if (file && !fseek(file, 0, SEEK_END) && (octets = malloc(ftell(file) + 1))) {
		length = ftell(file);
		rewind(file);
		length = fread(octets, 1, length, file);
		if (mailmime_parse(octets, length, &at, &message) == MAILIMF_NO_ERROR) {
			walk(message);
			mailmime_free(message);
		}
	}
	if (file)
		fclose(file);
	free(octets);
	printf("]}\n");
	fflush(stdout);
}

int main(void)
{
	char path[4096];

	while (fgets(path, sizeof path, stdin)) {
		path[strcspn(path, "\n")] = 0;
		answer(path);
	}
	return 0;
}
