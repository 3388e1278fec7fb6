#!/bin/sh
# A certificate authority of one's own, for a broker and its devices (EC P-256).
set -eu

YEARS_CA=20
DAYS_BROKER=825
DAYS_DEVICE=1825

usage() {
	cat <<-END
	certificates.sh authority DIR        make ca.crt and ca.key; keep ca.key offline
	certificates.sh broker DIR HOST...   make broker.crt and broker.key for these names
	                                     and addresses; all that devices may use
	certificates.sh device DIR NAME      make NAME.crt and NAME.key for a device

	DAYS=n before the command sets how long the certificate holds.
	END
	exit 2
}

fail() {
	echo "certificates.sh: $1" >&2
	exit 2
}

# openssl tells also when all is well.
quietly() {
	told=$("$@" 2>&1) || fail "$told"
}

sign() { # file, subject, extensions, days
	for each in crt key; do
		[ -r "$dir/ca.$each" ] || fail "$dir/ca.$each is missing; bring the authority."
	done
	new=$(mktemp -d "$dir/.new.XXXXXX") # takes its place when it is complete
	trap 'rm -rf "$new"' EXIT
	quietly openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-keyout "$new/key" -out "$new/csr" -subj "/CN=$2"
	printf '%s\n' "basicConstraints=critical,CA:FALSE" \
		"subjectKeyIdentifier=hash" "authorityKeyIdentifier=keyid" "$3" >"$new/ext"
	quietly openssl x509 -req -in "$new/csr" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" \
		-CAcreateserial -days "$4" -extfile "$new/ext" -out "$new/crt"
	mv "$new/key" "$dir/$1.key"
	mv "$new/crt" "$dir/$1.crt"
}

[ $# -ge 2 ] || usage
umask 077
command=$1 dir=$2
shift 2
mkdir -p "$dir"

case $command in
authority)
	[ ! -e "$dir/ca.key" ] || fail "$dir/ca.key is there already."
	[ ! -e "$dir/ca.crt" ] || fail "$dir/ca.crt is there already; where is its key?"
	quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-keyout "$dir/ca.key" -out "$dir/ca.crt" -days "${DAYS:-$((YEARS_CA * 365))}" \
		-subj "/CN=edge-anpr fleet" -addext "keyUsage=critical,keyCertSign,cRLSign"
	;;
broker)
	[ $# -ge 1 ] || usage
	names=
	for host; do
		case $host in
		*[!0-9.]*) case $host in *:*) kind=IP ;; *) kind=DNS ;; esac ;;
		*) kind=IP ;;
		esac
		names=$names${names:+,}$kind:$host
	done
	sign broker "$1" "subjectAltName=$names" "${DAYS:-$DAYS_BROKER}"
	;;
device)
	[ $# -eq 1 ] || usage
	case $1 in
	"" | [!a-z0-9]* | *[!a-z0-9_-]*)
		fail "a name is made of a-z, 0-9, - and _, and begins with a letter or digit." ;;
	ca | broker) fail "$1.key is not a device's; give it another name." ;;
	esac
	sign "$1" "$1" "extendedKeyUsage=clientAuth" "${DAYS:-$DAYS_DEVICE}"
	;;
*) usage ;;
esac
chmod 644 "$dir"/*.crt
