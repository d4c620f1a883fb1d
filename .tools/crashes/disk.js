import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MiB = 1024 * 1024;

/** Shuts a file system down as it stands: nothing that it holds in memory is written any more (EXT4_IOC_SHUTDOWN, without its log). */
const shutdown = `open(my $f, "<", $ARGV[0]) or die $!; my $how = pack("L", 2); ioctl($f, 0x8004587d, $how) or die $!;`;

/**
 * A disk whose power can be cut, where loop devices may be mounted. Its file system lies on a loop device, whose file lies on a second file system,
 * which is the disk's own cache: what was written without an `fsync`, and what the first has sent to the disk without a flush, is lost
 * when the second one is shut down.
 */
export class Disk {
  /** Where files are put, while there is power. */
  path;
  #below;
  #outer;
  #inner;

  constructor(dir) {
    this.path = join(dir, "disk");
    this.#below = join(dir, "below");
    this.#outer = join(dir, "below.img");
    this.#inner = join(this.#below, "disk.img");
    for (const each of [this.#below, this.path]) mkdirSync(each);
  }

  /** Makes it, turns it on, and tries a cut. @throws with the system's own words where that is not allowed */
  open() {
    format(this.#outer, 1024 * MiB);
    run("mount", "-o", "loop", this.#outer, this.#below);
    format(this.#inner, 800 * MiB);
    run("mount", "-o", "loop", this.#inner, this.path);
    run("sync");
    const [asked, unasked] = ["asked", "unasked"].map((name) => join(this.path, name));
    for (const file of [asked, unasked]) writeFileSync(file, "x", { flush: file === asked });
    this.cut();
    this.restore();
    if (!existsSync(asked) || existsSync(unasked)) throw new Error("a cut loses something else than it should");
  }

  /** Takes the power away. Whoever writes now hears of an error. */
  cut() {
    run("perl", "-e", shutdown, this.#below);
  }

  /** Gives the power back, after everybody who had files open is gone. */
  restore() {
    this.#unmount();
    run("mount", "-o", "loop", this.#outer, this.#below);
    run("mount", "-o", "loop", this.#inner, this.path);
  }

  /** Turns it off for good, whatever state it is in. */
  close() {
    try {
      this.#unmount();
    } catch {
      // it was not mounted, or only half
    }
  }

  #unmount() {
    for (const each of [this.path, this.#below]) run("umount", each);
  }
}

function format(image, bytes) {
  writeFileSync(image, "");
  truncateSync(image, bytes);
  run("mkfs.ext4", "-q", "-F", "-m", "0", image);
}

function run(command, ...args) {
  try {
    execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  } catch (error) {
    throw new Error(`${command} said: ${String(error.stderr || error.message).trim()}`, { cause: error });
  }
}
