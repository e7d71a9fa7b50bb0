#!/bin/sh
# Installs what `make oracle` compares with: Debian packages when run as root, Node modules from their registry, and
# compiles the drivers. What cannot be had is named and left out; the oracle runs with what there is.
# Usage: oracle/install.sh [BUILD]      (default: target/oracle)
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../target/oracle}
mkdir -p "$build/node" "$build/java"
build=$(cd "$build" && pwd)
failed=""

# try NAME COMMAND...: runs it quietly; a failure is remembered.
try() {
	name=$1
	shift
	"$@" >"$build/$name.log" 2>&1 && return 0
	failed="$failed $name"
	return 1
}

packages() {
	set -- gcc g++ pkg-config libgmime-3.0-dev libetpan-dev libvmime-dev rspamd spamassassin golang-go golang-github-emersion-go-message-dev \
		golang-github-jhillyerd-enmime-dev default-jdk-headless libmail-java libapache-mime4j-java libcommons-io-java \
		libmime-tools-perl libemail-mime-perl libmail-box-perl ruby ruby-mail php-cli php-mailparse php-horde-mime \
		nodejs mpack ripmime uudeview
	command -v npm >/dev/null || set -- "$@" npm
	for package; do
		dpkg -s "$package" >/dev/null 2>&1 ||
			try "$package" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package"
	done
}

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	try apt-update apt-get update
	packages
else
	echo "not root: Debian packages are left as they are"
fi

[ -e "$build/node/package.json" ] || echo '{"private": true}' >"$build/node/package.json"
for module in mailparser@3 postal-mime@2 emailjs-mime-parser@2; do
	try "node-${module%@*}" npm install --prefix "$build/node" --no-audit --no-fund --ignore-scripts "$module"
done

# shellcheck disable=SC2046
try gmime gcc -O2 -o "$build/gmime-reader" "$here/drivers/gmime.c" $(pkg-config --cflags --libs gmime-3.0)

try etpan gcc -O2 -o "$build/etpan-reader" "$here/drivers/etpan.c" -letpan
# shellcheck disable=SC2046
try vmime g++ -O2 -std=c++17 -o "$build/vmime-reader" "$here/drivers/vmime.cpp" $(pkg-config --cflags --libs vmime)

# Debian keeps Go libraries as source, without modules.
try go env GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$build/go-cache" \
	go build -o "$build/go-reader" "$here/drivers/go/main.go"

jars=$(find /usr/share/java -name 'javax.mail*.jar' -o -name 'javax.activation*.jar' -o -name 'apache-mime4j*.jar' \
	-o -name 'commons-io*.jar' | tr '\n' ':')
echo "$jars" >"$build/jars"
try java javac -cp "$jars" -d "$build/java" "$here"/drivers/java/*.java

if try rust env CARGO_TARGET_DIR="$build/rust" cargo build --release --manifest-path "$here/drivers/rust/Cargo.toml"; then
	cp "$build/rust/release/oracle-reader" "$build/rust-reader"
fi

[ -z "$failed" ] || echo "could not be had (see the logs in $build):$failed"
