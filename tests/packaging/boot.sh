#!/bin/sh
# Become a Debian: inside namespaces of its own, over a root that is only read.
# $1: that root. $2: a folder with root, upper and work. $3: a terminal. $4: a cgroup.
set -eu
below=$1 folder=$2 console=$3 cgroup=$4
root=$folder/root
echo $$ > "$cgroup/cgroup.procs"
mount --make-rprivate /
mount -t tmpfs tmpfs "$folder"
mkdir "$root" "$folder/upper" "$folder/work"
mount -t overlay -o "lowerdir=$below,upperdir=$folder/upper,workdir=$folder/work" overlay "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for name in null zero full random urandom tty console; do touch "$root/dev/$name"; done
for name in null zero full random urandom tty; do mount --bind "/dev/$name" "$root/dev/$name"; done
mount --bind "$console" "$root/dev/console"
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ip link set lo up
cd "$root"
# The cgroup that we are in is the top of those that are seen from within.
exec unshare -C sh -c '
    mount -t tmpfs -o mode=755 tmpfs "$0/sys/fs/cgroup"
    mount -t cgroup2 cgroup2 "$0/sys/fs/cgroup"
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=test chroot "$0" /lib/systemd/systemd
' "$root"
