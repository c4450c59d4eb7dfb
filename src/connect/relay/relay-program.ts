/** Silence after which the program in the pod takes its client for gone. A client that is merely busy must not be. */
export const RELAY_LIMIT_MS = 60_000;
/** Bytes of one direction of one channel that may be on their way. */
export const RELAY_WINDOW = 4 * 1024 * 1024;

/** For Python 3.6 and newer, standard library only. Isolated: it takes nothing from the container's environment. */
export const relayCommand = (limitMs: number): readonly string[] => [
  'python3',
  '-I',
  '-S',
  '-c',
  PROGRAM,
  String(limitMs / 1000),
  String(RELAY_WINDOW),
];

/**
 * What runs in the pod while ovnctl works. It is our own text, and is written to be read by whoever finds it in a process list
 * or an audit log. The frames are those of relay-frames.ts.
 */
const PROGRAM = String.raw`# ovnctl: carries the byte streams of unix sockets over stdin and stdout.
# It ends at the end of its input, when it is told to, or when nothing was heard for LIMIT seconds.
import errno, os, selectors, socket, struct, sys, time

LIMIT, WINDOW = float(sys.argv[1]), int(sys.argv[2])
HEAD = struct.Struct('!cII')  # kind, channel, length of what follows
PIECE = 65536
poll = selectors.DefaultSelector()
channels = {}
inbox, outbox = bytearray(), bytearray()


def say(kind, number, payload=b''):
    outbox.extend(HEAD.pack(kind, number, len(payload)))
    outbox.extend(payload)


def watch(file, events, owner):
    try:
        known = poll.get_key(file).events
    except KeyError:
        known = 0
    if not events and known:
        poll.unregister(file)
    elif events and not known:
        poll.register(file, events, owner)
    elif events != known:
        poll.modify(file, events, owner)


class Channel:
    def __init__(self, number, path):
        self.number, self.credit, self.pending = number, WINDOW, bytearray()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.connect(path)

    def close(self):
        watch(self.socket, 0, None)
        self.socket.close()
        channels.pop(self.number, None)

    def fail(self, error):
        self.close()
        say(b'C', self.number, errno.errorcode.get(error.errno, 'EIO').encode())

    def interest(self):
        return (selectors.EVENT_READ if self.credit else 0) | (selectors.EVENT_WRITE if self.pending else 0)

    def ready(self, events):
        try:
            if events & selectors.EVENT_WRITE:
                sent = self.socket.send(self.pending[:PIECE])
                del self.pending[:sent]
                say(b'A', self.number, struct.pack('!I', sent))
            if events & selectors.EVENT_READ and self.credit:
                data = self.socket.recv(min(PIECE, self.credit))
                if data:
                    self.credit -= len(data)
                    say(b'D', self.number, data)
                else:
                    self.close()
                    say(b'C', self.number)
        except BlockingIOError:
            pass
        except OSError as error:
            self.fail(error)


def handle(kind, number, payload):
    channel = channels.get(number)
    if kind == b'H':
        say(b'H', 0)
    elif kind == b'Q':
        sys.exit(0)
    elif kind == b'O':
        try:
            channels[number] = Channel(number, payload)
            say(b'O', number)
        except OSError as error:
            say(b'C', number, errno.errorcode.get(error.errno, 'EIO').encode())
    elif channel is None:
        pass  # it has ended on this side
    elif kind == b'D':
        channel.pending.extend(payload)
    elif kind == b'A':
        channel.credit += struct.unpack('!I', payload)[0]
    elif kind == b'C':
        channel.close()


def hear():
    data = os.read(0, PIECE)
    if not data:
        sys.exit(0)
    inbox.extend(data)
    while len(inbox) >= HEAD.size:
        kind, number, length = HEAD.unpack_from(inbox)
        if len(inbox) < HEAD.size + length:
            break
        payload = bytes(inbox[HEAD.size:HEAD.size + length])
        del inbox[:HEAD.size + length]
        handle(kind, number, payload)


def run():
    os.set_blocking(0, False)
    os.set_blocking(1, False)
    say(b'R', 0)
    heard = time.monotonic()
    while True:
        watch(0, selectors.EVENT_READ, None)
        watch(1, selectors.EVENT_WRITE if outbox else 0, None)
        for channel in list(channels.values()):
            watch(channel.socket, channel.interest(), channel)
        for key, events in poll.select(max(0, heard + LIMIT - time.monotonic())):
            if key.data is not None:
                if key.data.number in channels:
                    key.data.ready(events)
            elif key.fd == 0:
                hear()
                heard = time.monotonic()
            else:
                sent = os.write(1, outbox[:PIECE])
                del outbox[:sent]
        if time.monotonic() - heard >= LIMIT:
            sys.exit(3)


try:
    run()
except BrokenPipeError:
    sys.exit(0)
`;
