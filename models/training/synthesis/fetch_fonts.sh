#!/bin/sh
# Fetch free faces that resemble those of number plates, into one folder.
#
#     models/training/synthesis/fetch_fonts.sh FOLDER
#
# They come from Debian (apt-get, dpkg) and npm and are used for training only. None is a
# real plate face, yet each teaches the reader one more way to write a character. What
# cannot be fetched is left out; training works with any number of them, even none.
set -eu

folder=$(mkdir -p "${1:?usage: fetch_fonts.sh FOLDER}" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Road signs, technical drawing, and the plain sans serifs of home-made plates.
debian="fonts-opendin fonts-osifont fonts-roadgeek fonts-liberation fonts-b612
fonts-allerta fonts-freefont-ttf"

npm="oswald roboto-condensed barlow barlow-condensed barlow-semi-condensed
saira saira-condensed saira-extra-condensed archivo-narrow fjalla-one share-tech
share-tech-mono overpass overpass-mono rajdhani teko khand bebas-neue antonio
league-gothic big-shoulders-display fira-sans-condensed fira-sans-extra-condensed
encode-sans-condensed ibm-plex-sans-condensed pt-sans-narrow ubuntu-condensed
open-sans-condensed asap-condensed norwester staatliches russo-one quantico
chakra-petch titillium-web dosis m-plus-rounded-1c varela-round nunito abel
aldrich play exo-2 rubik black-ops-one squada-one michroma jockey-one
alumni-sans pathway-extreme cooper-hewitt metropolis public-sans courier-prime
roboto-slab graduate tomorrow"

for package in $debian; do
    apt-get download -qq "$package" && dpkg -x "$package"_*.deb debian/ ||
        echo "left out: $package" >&2
done

for package in $npm; do
    archive=$(npm pack --silent "@fontsource/$package") &&
        mkdir -p "npm/$package" && tar -xzf "$archive" -C "npm/$package" ||
        echo "left out: @fontsource/$package" >&2
    rm -f ./*.tgz
done

# FreeType reads .woff as it is. Three weights are enough; plates are not written in hairlines.
find debian npm -type f \( -name '*.ttf' -o -name '*.otf' \
    -o -name '*-latin-400-normal.woff' -o -name '*-latin-600-normal.woff' \
    -o -name '*-latin-700-normal.woff' \) -exec cp {} "$folder" \;

echo "$(find "$folder" -type f | wc -l) files in $folder"
