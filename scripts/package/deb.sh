#!/bin/sh
# deb.sh WHEEL FOLDER [amd64|arm64]: kiosk with every library at its pinned hash, for Debian 13, without a build tool or a
# registry where it is installed. The same bytes for the same SOURCE_DATE_EPOCH.
set -eu
cd "$(dirname "$0")/../.."
wheel=$(realpath "$1") folder=$(realpath "$2") arch=${3:-amd64}
python=3.13 # of Debian 13
case $arch in amd64) machine=x86_64 ;; arm64) machine=aarch64 ;; *) echo "deb.sh knows no $arch" >&2; exit 2 ;; esac
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
root=$work/root
cp -R scripts/package/root "$root"
install -D -m 755 scripts/verify-release.sh "$root/usr/lib/kiosk/verify-release"
release=$root/opt/kiosk/package
mkdir -p "$release/bin" "$release/lib/python$python"
install() {
  .venv/bin/uv pip install --quiet --no-config --target "$release/lib/python$python/site-packages" --link-mode copy \
    --python-version $python --python-platform "$machine-manylinux_2_28" --no-build "$@"
}
install --require-hashes -r requirements/postgres.txt
install --no-deps "$wheel"
# Where the wheel lay when this was built is nobody's matter, and no two machines have it alike.
rm -rf "$release/lib/python$python/site-packages/bin" "$release/lib/python$python/site-packages/.lock"
find "$release" -name direct_url.json -delete -o -name uv_cache.json -delete -o -name RECORD -delete
printf 'home = /usr/bin\ninclude-system-site-packages = false\nversion = %s\n' $python >"$release/pyvenv.cfg"
ln -s /usr/bin/python$python "$release/bin/python3"
cp scripts/package/launch "$release/bin/kiosk"
docs=$root/usr/share/doc/kiosk
mkdir -p "$docs"
cp -R docs/*.md docs/adr docs/deploy README.md "$docs"
cp CHANGELOG.md "$docs/changelog"
cp LICENSE "$docs/copyright"
mkdir "$root/DEBIAN"
for script in postinst prerm postrm; do
  sed "s/^version=VERSION$/version=$version/" scripts/package/control/$script >"$root/DEBIAN/$script"
done
echo /etc/logrotate.d/kiosk >"$root/DEBIAN/conffiles"
# Not `du`, which counts blocks: a busy disk has not given all of them out yet, and each kind of disk has its own.
size=$(find "$root" -type f -printf '%s\n' | awk '{ bytes += $1 } END { print int(bytes / 1024) }')
cat >"$root/DEBIAN/control" <<CONTROL
Package: kiosk
Version: $version
Architecture: $arch
Maintainer: the kiosk maintainers <maintainers@kiosk.invalid>
Section: web
Priority: optional
Depends: python$python, systemd, util-linux
Recommends: logrotate, ca-certificates, openssh-client
Suggests: nginx | caddy, postgresql
Installed-Size: $size
Description: $(sed -n 's/^description = "\(.*\)"$/\1/p' pyproject.toml)
 One small machine serves one school. docs/deploy/install.md in /usr/share/doc/kiosk begins.
CONTROL
chmod -R u=rwX,go=rX "$root"
chmod 755 "$root"/DEBIAN/p* "$root"/usr/bin/* "$root"/usr/sbin/* "$root"/usr/lib/kiosk/* "$release/bin/kiosk"
find "$root" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group "-Z${COMPRESSION:-xz}" --threads-max=1 --build "$root" "$folder/kiosk_${version}_$arch.deb" >&2
