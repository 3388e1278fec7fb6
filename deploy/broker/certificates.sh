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

sign() { # file, subject, extensions, days
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-keyout "$dir/$1.key" -out "$dir/$1.csr" -subj "/CN=$2" 2>/dev/null
	printf '%s\n' "basicConstraints=critical,CA:FALSE" \
		"subjectKeyIdentifier=hash" "authorityKeyIdentifier=keyid" "$3" >"$dir/$1.ext"
	openssl x509 -req -in "$dir/$1.csr" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" \
		-CAcreateserial -days "$4" -extfile "$dir/$1.ext" -out "$dir/$1.crt" 2>/dev/null
	rm "$dir/$1.csr" "$dir/$1.ext"
}

[ $# -ge 2 ] || usage
umask 077
command=$1 dir=$2
shift 2
mkdir -p "$dir"

case $command in
authority)
	[ ! -e "$dir/ca.key" ] || { echo "$dir/ca.key is there already." >&2; exit 2; }
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-keyout "$dir/ca.key" -out "$dir/ca.crt" -days "${DAYS:-$((YEARS_CA * 365))}" \
		-subj "/CN=edge-anpr fleet" -addext "keyUsage=critical,keyCertSign,cRLSign" \
		2>/dev/null
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
	sign "$1" "$1" "extendedKeyUsage=clientAuth" "${DAYS:-$DAYS_DEVICE}"
	;;
*) usage ;;
esac
chmod 644 "$dir"/*.crt
