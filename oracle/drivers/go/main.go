// Driver: parsers of Go. Argument: net-mail (the standard library), go-message or enmime.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"strings"

	"github.com/emersion/go-message"
	"github.com/jhillyerd/enmime"
)

type answer struct {
	Leaves [][]string `json:"leaves"`
	From   []string   `json:"from"`
	Error  string     `json:"error,omitempty"`
}

func encoded(octets []byte) string { return base64.StdEncoding.EncodeToString(octets) }

func (a *answer) leaf(kind, name string, content []byte) {
	a.Leaves = append(a.Leaves, []string{encoded([]byte(kind)), encoded([]byte(name)), encoded(content)})
}

func main() {
	read := map[string]func(*answer, []byte){"net-mail": netMail, "go-message": goMessage, "enmime": enMime}[os.Args[1]]
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		octets, _ := os.ReadFile(lines.Text())
		said := answer{Leaves: [][]string{}, From: []string{}}
		guarded(read, &said, octets)
		line, _ := json.Marshal(said)
		fmt.Println(string(line))
	}
}

func guarded(read func(*answer, []byte), said *answer, octets []byte) {
	defer func() {
		if recover() != nil {
			said.Error = "panic"
		}
	}()
	read(said, octets)
}

// The standard library has no tree of parts: this is the loop that its documentation shows.
func netMail(said *answer, octets []byte) {
	parsed, err := mail.ReadMessage(bytes.NewReader(octets))
	if err != nil {
		said.Error = err.Error()
		return
	}
	said.From = append(said.From, encoded([]byte(parsed.Header.Get("From"))))
	walk(said, parsed.Header.Get, parsed.Body, 0)
}

func walk(said *answer, get func(string) string, body io.Reader, depth int) {
	kind, parameters, err := mime.ParseMediaType(get("Content-Type"))
	if err != nil && kind == "" {
		kind = "text/plain"
	}
	_, disposition, _ := mime.ParseMediaType(get("Content-Disposition"))
	name := disposition["filename"]
	if name == "" {
		name = parameters["name"]
	}
	if strings.HasPrefix(kind, "multipart/") && parameters["boundary"] != "" && depth < 200 {
		parts := multipart.NewReader(body, parameters["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err != nil {
				return
			}
			walk(said, part.Header.Get, part, depth+1)
		}
	}
	switch strings.ToLower(strings.TrimSpace(get("Content-Transfer-Encoding"))) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	content, _ := io.ReadAll(body)
	if kind == "message/rfc822" && depth < 200 {
		if inner, err := mail.ReadMessage(bytes.NewReader(content)); err == nil {
			walk(said, inner.Header.Get, inner.Body, depth+1)
			return
		}
	}
	said.leaf(kind, name, content)
}

func goMessage(said *answer, octets []byte) {
	entity, err := message.Read(bytes.NewReader(octets))
	if entity == nil {
		said.Error = err.Error()
		return
	}
	said.From = append(said.From, encoded([]byte(entity.Header.Get("From"))))
	entities(said, entity, 0)
}

func entities(said *answer, entity *message.Entity, depth int) {
	if parts := entity.MultipartReader(); parts != nil && depth < 200 {
		for {
			part, err := parts.NextPart()
			if part == nil || (err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err)) {
				return
			}
			entities(said, part, depth+1)
		}
	}
	kind, parameters, _ := entity.Header.ContentType()
	_, disposition, _ := entity.Header.ContentDisposition()
	name := disposition["filename"]
	if name == "" {
		name = parameters["name"]
	}
	content, _ := io.ReadAll(entity.Body)
	if kind == "message/rfc822" && depth < 200 {
		if inner, _ := message.Read(bytes.NewReader(content)); inner != nil {
			entities(said, inner, depth+1)
			return
		}
	}
	said.leaf(kind, name, content)
}

func enMime(said *answer, octets []byte) {
	root, err := enmime.ReadParts(bytes.NewReader(octets))
	if err != nil {
		said.Error = err.Error()
		return
	}
	said.From = append(said.From, encoded([]byte(root.Header.Get("From"))))
	parts(said, root, 0)
}

func parts(said *answer, part *enmime.Part, depth int) {
	for ; part != nil; part = part.NextSibling {
		if part.FirstChild != nil {
			parts(said, part.FirstChild, depth+1)
			continue
		}
		if part.ContentType == "message/rfc822" && depth < 200 {
			if inner, err := enmime.ReadParts(bytes.NewReader(part.Content)); err == nil {
				parts(said, inner, depth+1)
				continue
			}
		}
		said.leaf(part.ContentType, part.FileName, part.Content)
	}
}
