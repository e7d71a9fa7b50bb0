#!/bin/sh
# Builds the fuzz targets with libFuzzer and AddressSanitizer on the stable toolchain and runs each for so many seconds.
# Findings lie in fuzz/artifacts; minimise one, make it a case in corpus/, then mend it.
set -eu

seconds=${1:-60}
only=${2:-}
cd "$(dirname "$0")"
host=$(rustc -vV | sed -n 's/^host: //p')
export RUSTC_BOOTSTRAP=1
export RUSTFLAGS="-Zsanitizer=address -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing"
cargo build --release --target "$host"

for target in targets/*.rs; do
    name=$(basename "$target" .rs)
    [ -n "$only" ] && [ "$only" != "$name" ] && continue
    mkdir -p "corpus/$name" "artifacts/$name"
    seeds=""
    words=""
    case "$name" in
        laws) seeds=../corpus/cases ;;
        inside | archives | mail_containers | documents | pages) words=-dict=inside.dict ;;
    esac
    echo "== $name, $seconds s"
    "target/$host/release/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 \
        -artifact_prefix="artifacts/$name/" -print_final_stats=1 $words "corpus/$name" $seeds
done
