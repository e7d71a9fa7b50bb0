import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Properties;
import javax.mail.Multipart;
import javax.mail.Part;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimePart;

/** Driver: Java Mail. */
final class JavaMail {
    public static void main(String[] arguments) throws Exception {
        Session session = Session.getInstance(new Properties());
        Said.answer((octets, said) -> {
            MimeMessage message = new MimeMessage(session, new ByteArrayInputStream(octets));
            String[] senders = message.getHeader("From");
            for (String sender : senders == null ? new String[0] : senders) {
                said.from(sender);
            }
            walk(message, said);
        });
    }

    private static void walk(MimePart part, Said said) throws Exception {
        Object content = null;
        try {
            content = part.getContent();
        } catch (Exception broken) {
            // Nothing that it could be opened as: a leaf.
        }
        if (content instanceof Multipart) {
            Multipart parts = (Multipart) content;
            for (int index = 0; index < parts.getCount(); index++) {
                walk((MimePart) parts.getBodyPart(index), said);
            }
        } else if (content instanceof MimeMessage) {
            walk((MimeMessage) content, said);
        } else {
            said.leaf(type(part), name(part), octets(part));
        }
    }

    private static String type(Part part) throws Exception {
        String type = part.getContentType();
        return type == null ? "" : type.split(";")[0];
    }

    private static String name(Part part) {
        try {
            return part.getFileName();
        } catch (Exception broken) {
            return "";
        }
    }

    private static byte[] octets(MimePart part) throws Exception {
        try (InputStream decoded = part.getInputStream()) {
            return decoded.readAllBytes();
        } catch (Exception broken) {
            InputStream raw = part instanceof MimeMessage
                ? ((MimeMessage) part).getRawInputStream()
                : ((javax.mail.internet.MimeBodyPart) part).getRawInputStream();
            return raw.readAllBytes();
        }
    }
}
