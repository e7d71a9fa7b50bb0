import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The answer of a driver, and the loop around it. */
final class Said {
    interface Reader {
        void read(byte[] octets, Said said) throws Exception;
    }

    private final List<String> leaves = new ArrayList<>();
    private final List<String> senders = new ArrayList<>();

    void leaf(String type, String name, byte[] content) {
        leaves.add("[" + encoded(text(type)) + "," + encoded(text(name)) + "," + encoded(content) + "]");
    }

    void from(String sender) {
        senders.add(encoded(text(sender)));
    }

    private static byte[] text(String text) {
        return (text == null ? "" : text).getBytes(StandardCharsets.UTF_8);
    }

    private static String encoded(byte[] octets) {
        return "\"" + Base64.getEncoder().encodeToString(octets) + "\"";
    }

    private String json(String error) {
        String tail = error == null ? "" : ",\"error\":\"" + error + "\"";
        return "{\"leaves\":[" + String.join(",", leaves) + "],\"from\":[" + String.join(",", senders) + "]" + tail + "}";
    }

    static void answer(Reader reader) throws Exception {
        BufferedReader paths = new BufferedReader(new InputStreamReader(System.in));
        for (String path = paths.readLine(); path != null; path = paths.readLine()) {
            Said said = new Said();
            String error = null;
            try {
                reader.read(Files.readAllBytes(Path.of(path)), said);
            } catch (Exception | StackOverflowError thrown) {
                error = thrown.getClass().getSimpleName();
            }
            System.out.println(said.json(error));
        }
    }
}
