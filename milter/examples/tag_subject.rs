//! A filter in about thirty lines: refuses one sender, and puts a tag before the subject of everything else.

use std::sync::Arc;
use tamis_milter::{
    Actions, Answer, Edits, Filter, Handler, HeaderEdit, HeaderName, HeaderValue, Listener, Macros,
    Nth, Outcome, Path, Refusal, Settings, Verdict, Wish, serve,
};

pub(crate) struct TagSubject;

impl Filter for TagSubject {
    type Handler = Tagger;

    fn wish(&self) -> Wish {
        Wish::new().needs(Actions::CHANGE_HEADER)
    }

    fn handler(&self) -> Tagger {
        Tagger::default()
    }
}

#[derive(Default)]
pub(crate) struct Tagger {
    subject: Option<Vec<u8>>,
}

impl Handler for Tagger {
    async fn mail(&mut self, sender: &Path, _: &Macros) -> Outcome<Answer> {
        self.subject = None;
        if sender.address.eq_ignore_ascii_case(b"<spam@example.com>") {
            return Ok(Refusal::Reply("550 5.7.1 No, thank you".parse()?).into());
        }
        Ok(Answer::Continue)
    }

    async fn header(&mut self, name: &[u8], value: &[u8], _: &Macros) -> Outcome<Answer> {
        if name.eq_ignore_ascii_case(b"Subject") && self.subject.is_none() {
            self.subject = Some(value.trim_ascii_start().to_owned());
        }
        Ok(Answer::Continue)
    }

    async fn end_of_message(&mut self, _: &Macros) -> Outcome<Verdict> {
        let Some(subject) = self.subject.take() else {
            return Ok(Verdict::accept());
        };
        let tagged = HeaderValue::new(&[b"[external] ".as_slice(), &subject].concat())?;
        let mut edits = Edits::new();
        edits.header(HeaderEdit::Change(
            HeaderName::new("Subject")?,
            Nth::FIRST,
            tagged,
        ));
        Ok(edits.into())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or("inet:127.0.0.1:8890".to_owned())
        .parse()?;
    let listener = Listener::bind(&address, None).await?;
    println!("smtpd_milters = {}", address.for_postfix());
    let stop = async { tokio::signal::ctrl_c().await.unwrap_or(()) };
    serve(
        vec![listener],
        Arc::new(TagSubject),
        Settings::default(),
        stop,
    )
    .await;
    Ok(())
}
