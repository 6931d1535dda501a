#!/bin/bash
# Runs the engine's tests and two small grids with AVX-512 on a machine that has none, in the emulator
# Bochs: a Debian kernel, the programs of build/release and their libraries, and nothing else. The
# grids' files must equal those of AVX2 to the bit. Takes about ten minutes.
#
#     cmake --preset release && cmake --build --preset release
#     tests/engine/avx512_in_bochs.sh
#
# Bochs computes the long doubles that are the reference of one test, the errors of our functions in
# double, with too few digits: it is left out.
set -euo pipefail
readonly source=$(cd "$(dirname "$0")/../.." && pwd)
readonly build=$source/build/release
readonly packages=(bochs bochsbios vgabios grub-pc-bin grub-common xorriso busybox-static cpio)

missing=$(for package in "${packages[@]}"; do dpkg -s "$package" >/dev/null 2>&1 || echo "$package"; done)
if [[ -n $missing ]]; then
  echo "missing: apt-get install --no-install-recommends" $missing >&2
  exit 2
fi

work=$(mktemp -d)
emulator=
trap 'kill $emulator 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"

kernel=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ {print $2; exit}')
apt-get download "$kernel" >/dev/null
dpkg -x ./*.deb kernel
mkdir -p iso/boot/grub root/{bin,lib,lib64,proc,sys,dev,tmp}
cp kernel/boot/vmlinuz-* iso/boot/vmlinuz

cp /bin/busybox "$build"/bin/{engine_test,mlpgrid} root/bin/
ldd "$build"/bin/{engine_test,mlpgrid} | awk '/=> \// {print $3}' | sort -u | xargs cp -Lt root/lib
cp -L /lib64/ld-linux-x86-64.so.2 root/lib64/
mkdir -p "root$source/tests"
cp -r "$source/tests/golden" "root$source/tests/"

# LD_BIND_NOW, clearcpuid=xsaves,xsavec: Bochs 2.7 saves registers in another order than it says.
cat > root/init <<'END'
#!/bin/busybox sh
/bin/busybox --install /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
export LD_LIBRARY_PATH=/lib LD_BIND_NOW=1
cd /tmp
mlpgrid --version
engine_test --gtest_filter=-*ErrorsOfDouble*:*/avx2 && echo TESTS PASSED
grid() { mlpgrid run --quiet --folds 2 --max-iter 5 --isa $1 -o $2-$1.h5 $3 $4 $5 $6 $7 $8; }
for isa in avx2 avx512; do
  grid $isa tiny --data moons --hidden-layer-sizes 10,7-5 --activation relu,tanh,logistic
  grid $isa wide --data glyphs --hidden-layer-sizes 70-33 --solver adam,sgd,lbfgs
done
mlpgrid diff tiny-avx2.h5 tiny-avx512.h5 && mlpgrid diff wide-avx2.h5 wide-avx512.h5 && echo GRIDS EQUAL
echo FINISHED
poweroff -f
END
chmod +x root/init
(cd root && find . | cpio -o -H newc 2>/dev/null | gzip -1) > iso/boot/initrd.gz
cat > iso/boot/grub/grub.cfg <<'END'
set timeout=0
menuentry test {
  linux /boot/vmlinuz console=ttyS0,115200 loglevel=3 tsc=unstable mitigations=off clearcpuid=xsaves,xsavec
  initrd /boot/initrd.gz
}
END
grub-mkrescue -o test.iso iso 2>/dev/null

cat > bochsrc <<'END'
display_library: rfb, options="timeout=0"
megs: 1024
cpu: model=corei7_skylake_x, count=1, ips=100000000
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0-master: type=cdrom, path=test.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=serial.txt
log: bochs.log
clock: sync=none
END
echo c > continue  # Debian's Bochs starts in its debugger
touch serial.txt
mkfifo keyboard   # open and silent: at the end of its input Bochs would stop
exec 3<>keyboard
bochs -q -f bochsrc -rc continue <&3 >/dev/null 2>&1 &
emulator=$!
tail -f serial.txt &
emulator+=" $!"
for ((i = 0; i < 3600; ++i)); do
  sleep 1
  grep -q '^FINISHED\|Kernel panic' serial.txt && break
done
if ! grep -q '^TESTS PASSED' serial.txt || ! grep -q '^GRIDS EQUAL' serial.txt; then
  echo "AVX-512: a test failed, or the grids differ (see above)" >&2
  exit 1
fi
