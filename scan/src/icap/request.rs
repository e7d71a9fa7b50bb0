//! What is said to an ICAP server.

use super::{IcapMethod, IcapService};

/// Asks what the service can do (RFC 3507, section 4.10).
pub(super) fn options(service: &IcapService) -> Vec<u8> {
    format!(
        "OPTIONS {} ICAP/1.0\r\n{}Encapsulated: null-body=0\r\n\r\n",
        service.uri(),
        fields(service)
    )
    .into_bytes()
}

/// What stands before the chunks of a message: the request, and the heads of the HTTP messages whose body it seems to be
/// (RFC 3507, section 4.4).
///
/// No preview is offered: who says after a preview that it wants no more has not looked at the rest. `Allow: 204` spares the
/// server from sending everything back.
pub(super) fn begin(service: &IcapService, method: IcapMethod) -> Vec<u8> {
    let get = "GET /message HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let kind = "Content-Type: application/octet-stream\r\n";
    let (heads, encapsulated) = match method {
        IcapMethod::Respmod => {
            let heads = format!("{get}HTTP/1.1 200 OK\r\n{kind}Transfer-Encoding: chunked\r\n\r\n");
            let encapsulated =
                format!("req-hdr=0, res-hdr={}, res-body={}", get.len(), heads.len());
            (heads, encapsulated)
        }
        IcapMethod::Reqmod => {
            let heads = format!(
                "POST /message HTTP/1.1\r\nHost: localhost\r\n{kind}Transfer-Encoding: chunked\r\n\r\n"
            );
            let encapsulated = format!("req-hdr=0, req-body={}", heads.len());
            (heads, encapsulated)
        }
    };
    let line = format!("{} {} ICAP/1.0\r\n", method.name(), service.uri());
    format!(
        "{line}{}Allow: 204\r\nEncapsulated: {encapsulated}\r\n\r\n{heads}",
        fields(service)
    )
    .into_bytes()
}

/// The end of a body in chunks.
pub(super) const END: &[u8] = b"0\r\n\r\n";

/// What stands before so many octets of a body in chunks.
pub(super) fn chunk(size: usize) -> Vec<u8> {
    format!("{size:x}\r\n").into_bytes()
}

fn fields(service: &IcapService) -> String {
    format!(
        "Host: {}\r\nUser-Agent: tamis\r\nConnection: close\r\n",
        service.authority()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// That what `Encapsulated` names begins where it says.
    #[track_caller]
    fn check(method: IcapMethod, starts: &[(&str, &str)]) {
        let service = "icap://av:1344/scan".parse().expect("a service");
        let request = String::from_utf8(begin(&service, method)).expect("text");
        let (head, heads) = request.split_once("\r\n\r\n").expect("a head");
        let line = head
            .lines()
            .find_map(|line| line.strip_prefix("Encapsulated: "))
            .expect("a field");
        let mut names = Vec::new();
        for item in line.split(", ") {
            let (name, offset) = item.split_once('=').expect("an offset");
            let at: usize = offset.parse().expect("a number");
            let (_, start) = starts.iter().find(|(known, _)| *known == name).expect(name);
            assert!(heads[at..].starts_with(start), "{name}");
            if at > 0 {
                assert!(heads[..at].ends_with("\r\n\r\n"), "{name}");
            }
            names.push(name);
        }
        assert_eq!(names.len(), starts.len());
    }

    #[test]
    fn what_is_encapsulated_lies_where_it_is_said_to_lie() {
        check(
            IcapMethod::Respmod,
            &[
                ("req-hdr", "GET "),
                ("res-hdr", "HTTP/1.1 200"),
                ("res-body", ""),
            ],
        );
        check(
            IcapMethod::Reqmod,
            &[("req-hdr", "POST "), ("req-body", "")],
        );
    }
}
