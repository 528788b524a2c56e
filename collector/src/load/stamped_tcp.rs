//! A TCP stream with the time at which the kernel received the bytes of each read.
//!
//! Linux alone tells (`SO_TIMESTAMPNS`); elsewhere bytes arrive when they are read. The kernel stamps by the calendar
//! clock, so only the age of a stamp is used: a clock that is being set cannot move a latency by more than the moment
//! between two looks at it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;

/// Most bytes taken by one read.
const READ_BYTES: usize = 16 * 1024;
/// A stamp older than this is a clock that was set, not a delay.
const OLDEST: Duration = Duration::from_secs(60);

/// When the bytes of a read arrived, and when they were read.
#[derive(Debug, Clone, Copy)]
pub struct ReadTimes {
    /// When the last of them arrived.
    pub at: Instant,
    /// When they were read.
    pub read: Instant,
    /// How long they then waited to be read. `None` where the system does not tell.
    pub waited: Option<Duration>,
}

/// A TCP stream with its last read's arrival.
#[derive(Debug)]
pub struct StampedTcp {
    stream: TcpStream,
    stamps: kernel::Stamps,
    last_read: ReadTimes,
}

impl StampedTcp {
    /// Asks the kernel for time stamps; does without where it gives none.
    #[must_use]
    pub fn new(stream: TcpStream) -> Self {
        let stamps = kernel::Stamps::switched_on(&stream);
        let now = Instant::now();
        Self { stream, stamps, last_read: ReadTimes { at: now, read: now, waited: None } }
    }

    /// When the bytes of the last read arrived.
    #[must_use]
    pub fn last_read(&self) -> ReadTimes {
        self.last_read
    }

    /// Whether the other end still holds the connection open.
    pub fn is_open(&mut self, cx: &mut Context<'_>) -> bool {
        let mut byte = [0; 1];
        match self.stream.poll_peek(cx, &mut ReadBuf::new(&mut byte)) {
            Poll::Pending => true,
            Poll::Ready(outcome) => matches!(outcome, Ok(bytes) if bytes > 0),
        }
    }
}

/// What one read brought.
struct Received {
    bytes: usize,
    /// Age of the kernel's stamp at that moment.
    age: Option<Duration>,
}

impl AsyncRead for StampedTcp {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            ready!(this.stream.poll_read_ready(cx))?;
            let room = buffer.initialize_unfilled_to(buffer.remaining().min(READ_BYTES));
            let mut received = None;
            let outcome = this.stream.try_io(Interest::READABLE, || {
                let got = this.stamps.receive(&this.stream, room)?;
                // A short read emptied the socket. Saying so now spares the call that would find it empty.
                let emptied = got.bytes < room.len();
                received = Some(got);
                if emptied { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
            });
            if let Some(got) = received {
                let now = Instant::now();
                let waited = got.age.filter(|age| *age < OLDEST);
                this.last_read =
                    ReadTimes { at: now.checked_sub(waited.unwrap_or_default()).unwrap_or(now), read: now, waited };
                buffer.advance(got.bytes);
                return Poll::Ready(Ok(()));
            }
            match outcome {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
                Ok(()) => {}
            }
        }
    }
}

impl AsyncWrite for StampedTcp {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(target_os = "linux")]
mod kernel {
    //! Reads with the kernel's receive time stamp beside the bytes.

    use std::io;
    use std::os::fd::AsRawFd;
    use std::time::{Duration, SystemTime};

    use nix::sys::socket::sockopt::ReceiveTimestampns;
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt};
    use nix::sys::time::TimeSpec;
    use tokio::net::TcpStream;

    use super::Received;

    /// Room for the kernel's messages; none where it refused to stamp.
    #[derive(Debug)]
    pub struct Stamps(Option<Vec<u8>>);

    impl Stamps {
        pub fn switched_on(stream: &TcpStream) -> Self {
            let given = setsockopt(stream, ReceiveTimestampns, &true).is_ok();
            Self(given.then(|| nix::cmsg_space!(TimeSpec)))
        }

        pub fn receive(&mut self, stream: &TcpStream, room: &mut [u8]) -> io::Result<Received> {
            let mut pieces = [io::IoSliceMut::new(room)];
            let message = recvmsg::<()>(stream.as_raw_fd(), &mut pieces, self.0.as_deref_mut(), MsgFlags::empty())?;
            let stamp = message.cmsgs().ok().and_then(|mut all| {
                all.find_map(|one| match one {
                    ControlMessageOwned::ScmTimestampns(stamp) => Some(stamp),
                    _ => None,
                })
            });
            Ok(Received { bytes: message.bytes, age: stamp.map(age) })
        }
    }

    fn age(stamp: TimeSpec) -> Duration {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        now.saturating_sub(Duration::from(stamp))
    }
}

#[cfg(not(target_os = "linux"))]
mod kernel {
    //! Plain reads: this system does not say when bytes arrived.

    use std::io;

    use tokio::net::TcpStream;

    use super::Received;

    #[derive(Debug)]
    pub struct Stamps;

    impl Stamps {
        pub fn switched_on(_: &TcpStream) -> Self {
            Self
        }

        pub fn receive(&mut self, stream: &TcpStream, room: &mut [u8]) -> io::Result<Received> {
            Ok(Received { bytes: stream.try_read(room)?, age: None })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn bytes_are_dated_when_they_arrive_not_when_they_are_read() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (ours, theirs) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
        let (mut ours, mut theirs) = (StampedTcp::new(ours.unwrap()), theirs.unwrap().0);
        let mut buffer = [0; 64];
        // The kernel switches stamping on a moment after it is asked to.
        for _ in 0..2 {
            theirs.write_all(b"first").await.unwrap();
            assert_eq!(ours.read(&mut buffer).await.unwrap(), 5);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let sent = Instant::now();
        theirs.write_all(b"second").await.unwrap();
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(ours.read(&mut buffer).await.unwrap(), 6);
        let heard = ours.last_read();
        if cfg!(target_os = "linux") {
            assert!(heard.waited.unwrap() >= Duration::from_millis(45), "{heard:?}");
            assert!(heard.at.saturating_duration_since(sent) < Duration::from_millis(25), "{heard:?}");
        }
        drop(theirs);
        assert_eq!(ours.read(&mut buffer).await.unwrap(), 0);
    }
}
