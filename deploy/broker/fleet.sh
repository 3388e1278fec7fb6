#!/bin/sh
# Add and revoke the devices of a fleet, and those who receive from them.
set -eu

usage() {
	cat <<-END
	fleet.sh add DEVICE        add a device, print its credentials file once
	fleet.sh receiver NAME     give a receiver named in the ACL its password
	fleet.sh revoke NAME       take it away, and close the connection it has
	fleet.sh list              the names that have a password

	Options, before the command:
	  --dir DIR        where edge-anpr.passwords and edge-anpr.acl are
	                   (/etc/mosquitto)
	  --pid-file FILE  of the broker (/run/mosquitto/mosquitto.pid)
	END
}

fail() {
	echo "fleet.sh: $1" >&2
	exit 2
}

dir=/etc/mosquitto
pid_file=/run/mosquitto/mosquitto.pid
while [ $# -gt 0 ]; do
	case $1 in
	--dir) dir=${2:?--dir needs a folder}; shift 2 ;;
	--pid-file) pid_file=${2:?--pid-file needs a file}; shift 2 ;;
	-h | --help) usage; exit 0 ;;
	*) break ;;
	esac
done
[ $# -gt 0 ] || { usage >&2; exit 2; }

command=$1
name=${2:-}
passwords=$dir/edge-anpr.passwords
acl=$dir/edge-anpr.acl

# Spaces are as free as Mosquitto has them.
is_receiver() {
	grep -qx " *user  *$name *" "$acl"
}

has_password() {
	[ -f "$passwords" ] && grep -q "^$name:" "$passwords"
}

# The names go into topics, where + # / and $ have a meaning of their own.
check_name() {
	[ ${#name} -le 48 ] || fail "a name has at most 48 characters."
	case $name in
	"" | [!a-z0-9]* | *[!a-z0-9_-]*)
		fail "a name is made of a-z, 0-9, - and _, and begins with a letter or digit." ;;
	esac
	[ -f "$acl" ] || fail "$acl is missing; install edge-anpr.acl first."
}

# One at a time, for each writes all names anew. The lock goes with the process.
take_turns() {
	exec 9<"$acl"
	flock 9
}

# Mosquitto reads both files anew on SIGHUP. A broker that was killed leaves its pid.
reload() {
	if [ -f "$pid_file" ] && kill -HUP "$(cat "$pid_file")" 2>/dev/null; then
		return
	elif [ "$dir" = /etc/mosquitto ] && systemctl is-active --quiet mosquitto; then
		systemctl reload mosquitto
	else
		echo "fleet.sh: the broker is not running; this holds from its next start." >&2
	fi
}

# In a copy: mosquitto_passwd wants the file to be its caller's, the broker its own.
change_passwords() { # -D takes the name out
	copy=$passwords.new
	rm -f "$copy"
	(umask 077 && : >"$copy")
	[ ! -f "$passwords" ] || cat "$passwords" >"$copy"
	mosquitto_passwd "$@" "$copy" "$name" >/dev/null
	chown --reference="$acl" "$copy"
	mv "$copy" "$passwords"
}

give_password() {
	has_password && fail "$name has a password; revoke it first."
	password=$(openssl rand -base64 24)
	# Not on the command line, where every user of this computer could read it.
	printf '%s\n%s\n' "$password" "$password" | change_passwords
	printf '%s\n%s\n' "$name" "$password" # first: it is nowhere else
	reload
}

case $command in
add | receiver | revoke) check_name; take_turns ;;
esac
case $command in
add)
	is_receiver && fail "$name is a receiver; a device of that name could read all."
	give_password
	;;
receiver)
	is_receiver || fail "$name is not in $acl; add a 'user $name' section there."
	give_password
	;;
revoke)
	has_password || fail "$name has no password."
	change_passwords -D
	reload
	;;
list)
	[ ! -f "$passwords" ] || cut -d: -f1 "$passwords"
	;;
*)
	usage >&2
	exit 2
	;;
esac
