-- One session with three messages: a clean one, one that is marked, one that is refused. `address` is given by the test.

local function step(what, expected)
	local got = mt.getreply(conn)
	if got ~= expected then
		error(what .. ": " .. tostring(got) .. " where " .. tostring(expected) .. " was expected")
	end
end

local function message(subject, body)
	mt.macro(conn, SMFIC_MAIL, "i", "QUEUEID")
	mt.mailfrom(conn, "<a@example.com>")
	step("MAIL", SMFIR_CONTINUE)
	mt.rcptto(conn, "<b@example.org>")
	step("RCPT", SMFIR_CONTINUE)
	mt.header(conn, "From", "a@example.com")
	mt.header(conn, "To", "b@example.org")
	mt.header(conn, "Subject", subject)
	mt.header(conn, "Date", "Mon, 16 Nov 2026 09:12:41 +0000")
	mt.header(conn, "Message-ID", "<1@example.com>")
	mt.eoh(conn)
	mt.bodystring(conn, body)
	mt.eom(conn)
end

conn = mt.connect(address, 40, 0.05)
mt.conninfo(conn, "client.example.com", "192.0.2.1")
step("connect", SMFIR_CONTINUE)
mt.helo(conn, "client.example.com")
step("HELO", SMFIR_CONTINUE)

message("clean", "first line\r\n")
step("a clean message", SMFIR_CONTINUE)
for _, change in ipairs({ MT_HDRADD, MT_HDRINSERT, MT_HDRCHANGE, MT_HDRDELETE, MT_BODYCHANGE, MT_QUARANTINE }) do
	if mt.eom_check(conn, change) then
		error("a clean message is changed: " .. tostring(change))
	end
end

message("mark", "first line\r\n")
step("a marked message", SMFIR_CONTINUE)
if not mt.eom_check(conn, MT_HDRADD, "X-Mark") and not mt.eom_check(conn, MT_HDRINSERT, "X-Mark") then
	error("the field X-Mark is missing")
end
if not mt.eom_check(conn, MT_RCPTADD, "<archive@example.org>") then
	error("the recipient is missing")
end

message("refuse", "first line\r\n")
step("a refused message", SMFIR_REPLYCODE)
if not mt.eom_check(conn, MT_SMTPREPLY, "550", "5.7.1", "not here") then
	error("the reply is another one")
end

mt.disconnect(conn)
