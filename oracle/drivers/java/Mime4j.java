import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import org.apache.james.mime4j.dom.BinaryBody;
import org.apache.james.mime4j.dom.Body;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.stream.MimeConfig;

/** Driver: Apache James mime4j. */
final class Mime4j {
    public static void main(String[] arguments) throws Exception {
        Said.answer((octets, said) -> {
            DefaultMessageBuilder builder = new DefaultMessageBuilder();
            builder.setMimeEntityConfig(MimeConfig.PERMISSIVE);
            Message message = builder.parseMessage(new ByteArrayInputStream(octets));
            message.getHeader().getFields("From").forEach(field -> said.from(field.getBody()));
            walk(message, said);
        });
    }

    private static void walk(Entity entity, Said said) throws Exception {
        Body body = entity.getBody();
        if (body instanceof Multipart) {
            for (Entity part : ((Multipart) body).getBodyParts()) {
                walk(part, said);
            }
        } else if (body instanceof Message) {
            walk((Message) body, said);
        } else {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            if (body instanceof SingleBody) {
                ((SingleBody) body).getInputStream().transferTo(content);
            }
            said.leaf(entity.getMimeType(), entity.getFilename(), content.toByteArray());
        }
    }
}
