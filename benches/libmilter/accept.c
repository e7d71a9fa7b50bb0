/* The least that a filter can do with libmilter: every message is accepted as it is. What tamis is measured against.
 * usage: accept SOCKET lockstep|noreply
 * lockstep: what libmilter negotiates by itself, an answer for each command. noreply: none wherever the MTA can do without. */
#include <libmilter/mfapi.h>
#include <stdio.h>
#include <string.h>

static int noreply;

static sfsistat negotiate(SMFICTX *ctx, unsigned long f0, unsigned long f1, unsigned long f2, unsigned long f3,
	unsigned long *pf0, unsigned long *pf1, unsigned long *pf2, unsigned long *pf3)
{
	unsigned long silent = SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA |
		SMFIP_NR_UNKN | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY;

	(void)ctx; (void)f2; (void)f3;
	if (!noreply)
		return SMFIS_ALL_OPTS;
	*pf0 = f0;
	*pf1 = f1 & silent;
	*pf2 = 0;
	*pf3 = 0;
	return SMFIS_CONTINUE;
}

/* Who agreed not to answer must not, or libmilter complains to syslog each time. */
static sfsistat go_on(void) { return noreply ? SMFIS_NOREPLY : SMFIS_CONTINUE; }

static sfsistat on_connect(SMFICTX *c, char *host, _SOCK_ADDR *a) { (void)c; (void)host; (void)a; return go_on(); }
static sfsistat on_text(SMFICTX *c, char *text) { (void)c; (void)text; return go_on(); }
static sfsistat on_path(SMFICTX *c, char **words) { (void)c; (void)words; return go_on(); }
static sfsistat on_field(SMFICTX *c, char *name, char *value) { (void)c; (void)name; (void)value; return go_on(); }
static sfsistat on_none(SMFICTX *c) { (void)c; return go_on(); }
static sfsistat on_end(SMFICTX *c) { (void)c; return SMFIS_CONTINUE; }
static sfsistat on_body(SMFICTX *c, unsigned char *octets, size_t n) { (void)c; (void)octets; (void)n; return go_on(); }

int main(int argc, char **argv)
{
	struct smfiDesc filter;

	if (argc != 3) {
		fprintf(stderr, "usage: accept SOCKET lockstep|noreply\n");
		return 64;
	}
	noreply = strcmp(argv[2], "noreply") == 0;
	memset(&filter, 0, sizeof filter);
	filter.xxfi_name = "accept";
	filter.xxfi_version = SMFI_VERSION;
	filter.xxfi_flags = 0;
	filter.xxfi_connect = on_connect;
	filter.xxfi_helo = on_text;
	filter.xxfi_envfrom = on_path;
	filter.xxfi_envrcpt = on_path;
	filter.xxfi_header = on_field;
	filter.xxfi_eoh = on_none;
	filter.xxfi_body = on_body;
	filter.xxfi_eom = on_end;
	filter.xxfi_abort = on_end;
	filter.xxfi_close = on_end;
	filter.xxfi_data = on_none;
	filter.xxfi_negotiate = negotiate;
	if (smfi_setconn(argv[1]) != MI_SUCCESS || smfi_register(filter) != MI_SUCCESS)
		return 70;
	return smfi_main() == MI_SUCCESS ? 0 : 70;
}
