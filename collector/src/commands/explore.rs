//! `collector explore`: the page on a local address, with the reader's results, until Ctrl-C.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;

use anyhow::Context;
use tokio::net::TcpListener;

use crate::catalogue::Catalogue;
use crate::cli::explore::ExploreArgs;
use crate::page_server::{Served, router};
use crate::printer::{Hinted, Printer};

/// Serves until Ctrl-C or SIGTERM.
///
/// # Errors
/// When there is no built page or results folder, or the address cannot be listened on.
pub fn explore(args: &ExploreArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let served = served(args)?;
    let scan = served.scan()?;
    for problem in &scan.problems {
        out.talk(format!("warning: left out {problem}"));
    }
    if !args.host.is_loopback() {
        out.talk(format!("warning: {} lets every machine that reaches this one read the results", args.host));
    }
    let runtime = tokio::runtime::Runtime::new().context("failed to start the server")?;
    runtime.block_on(async {
        let listener = listen(args.host, args.port).await?;
        let address = listener.local_addr().context("failed to read the server's address")?;
        let url = format!("http://{}/", reachable(address));
        out.data(format!("Forge is on {url} (Ctrl-C ends it)"));
        out.talk(format!("{} results", scan.files.len()));
        if args.open
            && let Err(error) = open(&url)
        {
            out.talk(format!("warning: no browser could be started: {error}"));
        }
        axum::serve(listener, router(served)).with_graceful_shutdown(stop()).await.context("the server failed")
    })?;
    Ok(ExitCode::SUCCESS)
}

fn served(args: &ExploreArgs) -> anyhow::Result<Served> {
    if !args.dist.join("index.html").is_file() {
        let message = format!("there is no built page in `{}`", args.dist.display());
        return Err(Hinted::new(message, "`make page` builds it; --dist says where it is").into());
    }
    let results = std::iter::once(&args.results).chain(&args.also).cloned().collect();
    Ok(Served { dist: args.dist.clone(), results, catalogue: Catalogue::load(args.configs.as_deref())? })
}

async fn listen(host: IpAddr, port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind((host, port)).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            let hint = format!("take another with --port {}, or any free one with --port 0", port.saturating_add(1));
            Hinted::new(format!("port {port} on {host} is in use"), hint).into()
        }
        _ => anyhow::Error::new(error).context(format!("failed to listen on {host} port {port}")),
    })
}

/// The address a browser on this machine can use: all addresses at once is none of them.
fn reachable(address: SocketAddr) -> SocketAddr {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => std::net::Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(host, address.port())
}

fn open(url: &str) -> std::io::Result<()> {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    // The browser outlives the call; what it says is not ours to tell.
    std::process::Command::new(program).arg(url).stderr(std::process::Stdio::null()).spawn().map(drop)
}

/// Ends on Ctrl-C, and on the signal that service managers send.
async fn stop() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return interrupt.await };
        tokio::select! {
            () = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
