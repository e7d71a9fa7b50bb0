/* Driver: GMime, the parser of Evolution, Balsa, Geary and notmuch. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>

static void put(const void *octets, size_t length, const char *after)
{
	gchar *text = g_base64_encode(length ? octets : "", length);
	printf("\"%s\"%s", text, after);
	g_free(text);
}

static void put_text(const char *text, const char *after)
{
	put(text ? text : "", text ? strlen(text) : 0, after);
}

static gboolean first;

static void leaf(GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	gchar *name = type ? g_mime_content_type_get_mime_type(type) : g_strdup("");
	GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(object));
	GMimeStream *memory = g_mime_stream_mem_new();
	GByteArray *octets;

	if (content)
		g_mime_data_wrapper_write_to_stream(content, memory);
	octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	printf(first ? "[" : ",[");
	first = FALSE;
	put_text(name, ",");
	put_text(g_mime_part_get_filename(GMIME_PART(object)), ",");
	put(octets->data, octets->len, "]");
	g_object_unref(memory);
	g_free(name);
}

static void walk(GMimeObject *object, int depth)
{
	if (!object || depth > 200)
		return;
	if (GMIME_IS_MULTIPART(object)) {
		int count = g_mime_multipart_get_count(GMIME_MULTIPART(object));
		for (int index = 0; index < count; index++)
			walk(g_mime_multipart_get_part(GMIME_MULTIPART(object), index), depth + 1);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
		if (inner)
			walk(g_mime_message_get_mime_part(inner), depth + 1);
	} else if (GMIME_IS_PART(object)) {
		leaf(object);
	}
}

static void answer(const char *path)
{
	GMimeStream *stream = g_mime_stream_file_open(path, "r", NULL);
	GMimeParser *parser;
	GMimeMessage *message;

	first = TRUE;
	printf("{\"leaves\":[");
	if (stream) {
		parser = g_mime_parser_new_with_stream(stream);
		message = g_mime_parser_construct_message(parser, NULL);
		if (message) {
			walk(g_mime_message_get_mime_part(message), 0);
			g_object_unref(message);
		}
		g_object_unref(parser);
		g_object_unref(stream);
	}
	printf("]}\n");
	fflush(stdout);
}

int main(void)
{
	char path[4096];

	g_mime_init();
	while (fgets(path, sizeof path, stdin)) {
		path[strcspn(path, "\n")] = 0;
		answer(path);
	}
	return 0;
}
