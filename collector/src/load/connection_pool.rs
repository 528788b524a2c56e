//! Connections to one server, with or without TLS: opened ahead, and reused while they are known to be alive.

use std::future::poll_fn;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use shared::measure::record::FailureKind;

use crate::load::openai_stream::RequestFailure;
use crate::load::stamped_tcp::{ReadTimes, StampedTcp};

/// uvicorn closes a connection that was idle for five seconds; one that may be closing is not used again.
const IDLE: Duration = Duration::from_secs(4);

/// One connection.
#[derive(Debug)]
pub enum Connection {
    /// Without TLS.
    Plain(StampedTcp),
    /// With TLS.
    Tls(Box<TlsStream<StampedTcp>>),
}

impl Connection {
    /// When the bytes of the last read arrived.
    #[must_use]
    pub fn last_read(&self) -> ReadTimes {
        match self {
            Self::Plain(tcp) => tcp.last_read(),
            Self::Tls(tls) => tls.get_ref().0.last_read(),
        }
    }

    async fn is_open(&mut self) -> bool {
        let tcp = match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls) => tls.get_mut().0,
        };
        poll_fn(|cx| Poll::Ready(tcp.is_open(cx))).await
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buffer),
            Self::Tls(tls) => Pin::new(tls).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}

/// Opens connections to one server and keeps those that can be reused.
pub struct ConnectionPool {
    host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    timeout: Duration,
    idle: Mutex<Vec<(Connection, Instant)>>,
}

impl ConnectionPool {
    /// A pool for this server; `certificate` is a PEM file with a further CA certificate to trust.
    ///
    /// # Errors
    /// When the address has no host, or the certificate cannot be read.
    pub fn new(url: &reqwest::Url, certificate: Option<&Path>, timeout: Duration) -> anyhow::Result<Self> {
        let host = url.host_str().with_context(|| format!("`{url}` has no host"))?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let tls = match url.scheme() {
            "https" => {
                let name = ServerName::try_from(host.clone()).with_context(|| format!("invalid host name `{host}`"))?;
                Some((connector(certificate)?, name))
            }
            _ => None,
        };
        let port = url.port_or_known_default().unwrap_or(80);
        Ok(Self { host, port, tls, timeout, idle: Mutex::default() })
    }

    /// An open connection: a kept one, else a new one.
    ///
    /// # Errors
    /// When no connection can be opened.
    pub async fn take(&self) -> Result<Connection, RequestFailure> {
        while let Some((mut connection, since)) = self.pop() {
            if since.elapsed() < IDLE && connection.is_open().await {
                return Ok(connection);
            }
        }
        self.open().await
    }

    /// Closes the kept connections.
    pub fn close_idle(&self) {
        self.kept().clear();
    }

    /// Keeps a connection that can carry another request.
    pub fn give_back(&self, connection: Connection) {
        self.kept().push((connection, Instant::now()));
    }

    /// Opens a new connection.
    ///
    /// # Errors
    /// When it cannot be opened in time, or TLS fails.
    pub async fn open(&self) -> Result<Connection, RequestFailure> {
        let late = |_| {
            let message = format!("no connection within {} s", self.timeout.as_secs_f64());
            RequestFailure::new(FailureKind::ConnectTimeout, message)
        };
        tokio::time::timeout(self.timeout, self.dial()).await.map_err(late)?
    }

    async fn dial(&self) -> Result<Connection, RequestFailure> {
        let refused = |error: io::Error| RequestFailure::new(FailureKind::Connect, error.to_string());
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(refused)?;
        stream.set_nodelay(true).map_err(refused)?;
        let tcp = StampedTcp::new(stream);
        let Some((connector, name)) = &self.tls else { return Ok(Connection::Plain(tcp)) };
        let session = connector.connect(name.clone(), tcp).await;
        let session = session.map_err(|error| RequestFailure::new(FailureKind::Tls, error.to_string()))?;
        Ok(Connection::Tls(Box::new(session)))
    }

    fn pop(&self) -> Option<(Connection, Instant)> {
        self.kept().pop()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<(Connection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for ConnectionPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connections({}:{})", self.host, self.port)
    }
}

/// Mozilla's CA certificates, and those of the given file.
fn connector(certificate: Option<&Path>) -> anyhow::Result<TlsConnector> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = certificate {
        let named = || format!("failed to read certificate `{}`", path.display());
        for one in CertificateDer::pem_file_iter(path).with_context(named)? {
            roots.add(one.with_context(named)?).with_context(named)?;
        }
        anyhow::ensure!(
            roots.len() > webpki_roots::TLS_SERVER_ROOTS.len(),
            "`{}` holds no certificate",
            path.display()
        );
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    /// A TLS server that says what it hears; its address, and its certificate in a file.
    async fn echo(folder: &Path) -> (reqwest::Url, std::path::PathBuf) {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let path = folder.join("authority.pem");
        std::fs::write(&path, cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut session) = acceptor.accept(stream).await else { return };
                    let mut bytes = [0; 16];
                    while let Ok(read @ 1..) = session.read(&mut bytes).await {
                        let _ = session.write_all(&bytes[..read]).await;
                    }
                });
            }
        });
        (format!("https://localhost:{port}").parse().unwrap(), path)
    }

    #[tokio::test]
    async fn an_authority_of_your_own_is_trusted_when_it_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let (url, authority) = echo(folder.path()).await;
        let second = Duration::from_secs(5);
        let stranger = ConnectionPool::new(&url, None, second).unwrap().open().await.unwrap_err();
        assert_eq!(stranger.kind, FailureKind::Tls, "{}", stranger.message);
        let friends = ConnectionPool::new(&url, Some(&authority), second).unwrap();
        let mut connection = friends.take().await.unwrap();
        connection.write_all(b"hello").await.unwrap();
        let mut bytes = [0; 16];
        assert_eq!(connection.read(&mut bytes).await.unwrap(), 5);
        friends.give_back(connection);
        assert!(friends.take().await.is_ok());
    }

    #[test]
    fn a_certificate_that_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone.pem");
        let url = "https://localhost".parse().unwrap();
        let error = ConnectionPool::new(&url, Some(&path), Duration::from_secs(1)).unwrap_err();
        assert!(error.to_string().contains("gone.pem"), "{error}");
    }
}
