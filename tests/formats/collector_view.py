#!/usr/bin/python3
"""What a machine with a collecting key sees of a repository, from backshift-repository(5) alone.

    collector_view.py REPOSITORY KEY                       with the file of a collecting key
        --root=FILE                                        packs are tried with the root key too, as text in this file: so it is seen that this would open them
    collector_view.py --make REPOSITORY < ROOT-KEY > KEY   make a collecting key: of the root key as text

A line for each saveset: host, subset or -, time, and the names of the packs that it needs, with tabs between, and blanks between names. For packs that are gone
these are the ones that they have moved to. Then each pack is tried with each key that the collecting key has, and all that can be made of them.

Exit status: 0 done, and no pack was opened, or with --root all were; 1 the contrary; 65 a key that is none, or of another repository, or it is not known
which packs a saveset needs.
"""
import argparse
import os
import sys

import msgpack

from small_moved import needed_packs, read_moved
from small_seals import COLLECTING, COLLECTING_LABEL, CollectingKeys, collecting_key, collecting_key_of, pem, root_key_in

import backshift_objects
from backshift_objects import sum_of
from backshift_repository import FOLDER, Repository
from backshift_sealing import (AESGCM, BLOCK, SEAL, SEGMENT, InvalidTag, Keys, block_length, expand, host_of_block, key_of_session, mac, nonce, object_keys,
                               session_of)
from backshift_values import Damage, Refused, field
from backshift_xwing import CIPHERTEXT, KeyPair


class View(Repository):
    """A repository, as it is seen with a collecting key."""

    def __init__(self, path, key, say):
        self.key = key
        super().__init__(path, say, use_index=False)
        if backshift_objects.KEYS is None:
            raise Damage("the repository is not encrypted")

    def unlock(self, configuration):
        if sum_of(configuration) != self.key["configuration"]:
            raise Damage("is the key for another repository")
        return CollectingKeys(self.key)

    def moved(self):
        """What all records of moved packs say together."""
        found = {}
        for name in map(os.fsdecode, self.names_in(b"moved")):
            for pack, names in read_moved(os.path.join(self.path, b"moved", os.fsencode(name)), name)[1].items():
                found.setdefault(pack, set()).update(names)
        return found

    def pack_files(self):
        """The names of all packs, and their paths."""
        return {os.fsdecode(name): os.path.join(self.path, b"packs", folder, name)
                for folder in self.names_in(b"packs", names=FOLDER) for name in self.names_in(b"packs", folder)}


def named_packs(body):
    """The packs that a saveset names, in place."""
    packs = field(body, "packs", dict, {})
    if "content" in packs or "list" in packs:
        raise Damage("names its packs in chunks, which no collecting key opens")
    if not packs and field(body, "entries", int, 0):
        raise Damage("has entries, and does not name its packs")
    names = field(packs, "names", bytes, b"")
    return [names[at:at + 16].hex() for at in range(0, len(names), 16)]


def list_savesets(view, packs, say):
    moved = view.moved()
    for name, body in view.savesets():
        try:
            needed = needed_packs(named_packs(body), moved)
        except Damage as damage:
            say("%s: %s" % (name, damage), 65)
            continue
        for each in sorted(needed - packs.keys() - moved.keys()):
            say("%s: needs the pack %s, which is gone, and nothing says where it has moved to" % (name, each), 65)
        print("\t".join([body["host"], body.get("subset", "-"), name[name.rindex("@") + 1:], " ".join(sorted(needed & packs.keys()))]))


class Attempt:
    """Secrets, with which packs are to be opened: each may be a key of any purpose, what keys are made of, or the root key."""

    def __init__(self, secrets, total):
        self.secrets, self.blocks = secrets, {}
        self.above = [each for secret in secrets for each in (secret, mac(total, secret))]
        self.packs, self.savesets = secrets + self.made("packs"), secrets + self.made("savesets")
        self.pairs = [KeyPair(seed) for seed in secrets + self.made("sessions") + self.made("collecting")]

    def made(self, purpose):
        return [expand(each, b"backshift/1 " + purpose.encode(), 32) for each in self.above]

    def session_keys(self, block):
        """The keys that a session block may be that of: of any key pair, with what any host may have, and of either purpose."""
        if block not in self.blocks:
            ciphertext, host = block[:CIPHERTEXT], host_of_block(block)
            identities = self.secrets + [expand(each, b"backshift/1 host" + host, 32) for each in self.above] \
                + [expand(each, b"host" + host, 32) for each in self.savesets]
            secrets = [pair.decapsulate(ciphertext) for pair in self.pairs]
            self.blocks[block] = [key_of_session(identity, secret, session_of(ciphertext, host), purpose)
                                  for secret in secrets for identity in identities for purpose in ("packs", "savesets")]
        return self.blocks[block]

    def opens(self, path):
        """Whether one of the keys is that of a pack, by its commitment or by its first segment."""
        with open(path, "rb") as file:
            head, seal, block = file.read(32), file.read(SEAL), file.read(BLOCK)
            begin, end = 32 + SEAL + block_length(seal), os.fstat(file.fileno()).st_size - SEAL - block_length(seal)
            file.seek(begin)
            segment = file.read(min(SEGMENT, end) - begin)
        keys = self.packs + (self.session_keys(block) if block_length(seal) else [])
        found = [object_keys(key, head, seal) for key in keys] + [(key, None) for key in self.secrets]
        return any(commitment == seal[:16] or decrypts(key, nonce(0, end <= SEGMENT), segment) for key, commitment in found)


def decrypts(key, number, stored):
    try:
        AESGCM(key).decrypt(number, stored, None)
    except InvalidTag:
        return False
    return True


def read_text(name):
    with open(name, encoding="ascii") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=os.fsencode)
    parser.add_argument("key", nargs="?")
    parser.add_argument("--root")
    parser.add_argument("--make", action="store_true")
    given = parser.parse_args()
    if given.make == (given.key is not None):
        parser.error("either --make or a key is needed")
    status = 0

    def say(text, why=0):
        nonlocal status
        print("collector_view.py: %s" % text, file=sys.stderr)
        status = status or why

    try:
        total = sum_of(os.path.join(given.repository, b"backshift"))
        if given.make:
            print(pem(msgpack.packb(collecting_key(Keys(root_key_in(sys.stdin), total), total)), COLLECTING_LABEL), end="")
            return 0
        view = View(given.repository, collecting_key_of(read_text(given.key), given.key), say)
        packs = view.pack_files()
        list_savesets(view, packs, say)
        secrets = [view.key[purpose] for purpose in COLLECTING]
        if given.root:
            with open(given.root, encoding="ascii") as file:
                secrets.append(root_key_in(file))
        attempt = Attempt(secrets, total)
        opened = sum(map(attempt.opens, packs.values()))
        say("%d packs, of which %d were opened" % (len(packs), opened), int(opened != (len(packs) if given.root else 0)))
    except (Damage, Refused) as trouble:
        say(trouble.args[0], 65)
    except OSError as error:
        say("%s: %s" % (os.fsdecode(error.filename or ""), error.strerror), 65)
    return status


if __name__ == "__main__":
    sys.exit(main())
