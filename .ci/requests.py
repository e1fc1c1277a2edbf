"""Asks an HTTP server again and again, as a client that keeps no connection, and counts what is lost (run in the client's namespace).

    requests.py ADDRESS PORT RATE     until standard input ends; then one JSON object on standard output

Says "answered" as soon as the first requests are: what is to be tried begins then. Ends by itself when they are not within a minute.

Open loop: a request starts every 1/RATE seconds whatever became of those before it. Lost is a request without a complete
"200" answer: refused, reset, or silent for PATIENCE seconds. Slow is an answer after more than SLOW seconds, which is what a lost
packet costs (TCP sends a lost SYN again after 1 s).
"""
import collections, json, socket, sys, threading, time

PATIENCE, SLOW, FIRST, BEGIN = 10.0, 0.5, 20, 60.0


def ask(address, port):
    host = f"[{address}]" if ":" in address else address
    with socket.create_connection((address, port), timeout=PATIENCE) as connection:
        connection.sendall(f"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    if not answer.startswith((b"HTTP/1.0 200", b"HTTP/1.1 200")):
        raise OSError(f"answered {answer[:40]!r}")


class Account:
    def __init__(self):
        self.lock, self.sent, self.slow, self.lost, self.answers = threading.Lock(), 0, 0, collections.Counter(), []

    def request(self, address, port):
        start = time.monotonic()
        try:
            ask(address, port)
        except OSError as fault:
            with self.lock:
                self.lost[type(fault).__name__ + (": " + fault.args[0] if type(fault) is OSError else "")] += 1
            return
        end = time.monotonic()
        with self.lock:
            self.answers.append(end)
            self.slow += end - start > SLOW
            if len(self.answers) == FIRST:
                print("answered", flush=True)

    def summary(self):
        moments = sorted(self.answers)
        gap = max((later - earlier for earlier, later in zip(moments, moments[1:])), default=0.0)
        return {"sent": self.sent, "answered": len(moments), "lost": dict(self.lost), "slow": self.slow, "longest_gap_ms": round(gap * 1000)}


def main(address, port, rate):
    account, ended, threads = Account(), threading.Event(), []
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    begin = due = time.monotonic()
    while (len(account.answers) >= FIRST or due - begin < BEGIN) and not ended.wait(max(0.0, due - time.monotonic())):
        due += 1 / rate
        account.sent += 1
        threads.append(threading.Thread(target=account.request, args=(address, port)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    print(json.dumps(account.summary()))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
