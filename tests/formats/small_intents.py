"""The intent of a small writer, made from backshift-repository(5) alone."""
import os
import time

import msgpack

from small_packs import read_condemned

from backshift_values import Damage


class Intent:
    """Says that this program relies on packs. It is not held by a lock, so others wait for a day if it is killed; it is not renewed, so a
    save ends in a day."""

    def __init__(self, folder):
        self.folder, self.id, self.number = folder, os.urandom(16), 0
        self.publish({})
        lists = [name for name in folder.names("condemned/") if self.can_be_read(name)]
        if lists:
            self.publish({"honours": [bytes.fromhex(name) for name in lists]})
            os.unlink(folder.at(self.name(self.number - 1)))

    def can_be_read(self, name):
        try:
            return self.packs_of([name]) is not None
        except (Damage, OSError):
            return False

    def name(self, number):
        return "intents/%s~%d" % (self.id.hex(), number)

    def publish(self, more):
        self.number += 1
        body = {"number": self.number, "kind": "save", "made": msgpack.Timestamp.from_unix_nano(time.time_ns()), **more}
        self.folder.publish_small(b"I", body, "intents/", os.path.basename(self.name(self.number)), name=self.id)

    def packs_of(self, lists):
        return {pack for name in lists for pack in read_condemned(self.folder, name)[1]}

    def holds(self, packs):
        """Whether packs may be relied on, after a saveset was published that does."""
        there = [os.path.exists(self.folder.at(name)) for name in ("intents/%s!" % self.id.hex(), self.name(self.number))]
        if there == [False, True]:
            return True
        condemned = self.packs_of(self.folder.names("condemned/"))
        names = [pack.hex() for pack in packs]
        return all(name not in condemned and os.path.exists(self.folder.at("packs/%s/%s" % (name[:2], name))) for name in names)

    def end(self):
        if os.path.exists(self.folder.at(self.name(self.number))):
            os.unlink(self.folder.at(self.name(self.number)))
