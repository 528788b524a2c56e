//! How replicas are paid: flags, and the catalogue's dated prices where a flag is not given.

use crate::catalogue::Catalogue;
use crate::cli::case_args::{BoughtArgs, CaseArgs, ExtraCostArgs, HostingArgs, HostingName, ServerlessArgs};
use crate::printer::Hinted;
use crate::resolve::input_error::share;
use crate::resolve::replica::Replica;
use shared::date::Date;
use shared::economics::hosting::{Extras, Fleet, Hosting, Pods, Reserved, Scaling, Spot};
use shared::economics::ownership::Bought;
use shared::economics::pricing::{age, gpu_offers, gpu_price, of_replica, on_day};
use shared::economics::serverless::Serverless;
use shared::economics::terms::Terms;
use shared::format::significant;
use shared::store::prices::{Dated, GpuPrice, Tier};
use shared::units::{SECONDS_PER_HOUR, Usd, UsdPerHour, UsdPerKwh};

/// Share of the power at load that a machine is taken to draw without.
const IDLE_SHARE: f64 = 0.2;
/// Seconds a serverless worker is taken to need before it serves.
const COLD_START_S: f64 = 10.0;
/// Seconds a worker of RunPod's waits unless told otherwise.
const IDLE_TIMEOUT_S: f64 = 5.0;
/// What an engineer is taken to cost a year, USD.
const SALARY: f64 = 180_000.0;
/// Watts in a kilowatt.
const WATTS_PER_KW: f64 = 1000.0;

/// Terms, and what was taken from where.
pub struct HostingTerms {
    /// The terms.
    pub terms: Terms,
    /// One replica an hour as a pod: given, or the dated price.
    pub pod_hour: Option<UsdPerHour>,
    /// One replica a second as a serverless worker: given, or the dated price.
    pub worker_second: Option<f64>,
    /// What was not given and taken from somewhere, each in a sentence.
    pub notes: Vec<String>,
}

/// The hardware that prices are looked up for.
pub struct HardwarePrices<'a> {
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The GPU, by the name of its file.
    pub hardware: Option<&'a str>,
    /// GPUs of one replica.
    pub gpus: u32,
    /// The day whose prices are used.
    pub day: Date,
}

/// Resolves the terms of a case.
///
/// # Errors
/// When a share is none, or a price is neither given nor known.
pub fn resolve(args: &CaseArgs, replica: &Replica, catalogue: &Catalogue, day: Date) -> anyhow::Result<HostingTerms> {
    let configuration = replica.run.as_ref().map(|run| &run.file.configuration);
    let hardware = configuration.map(|its| its.hardware.as_str());
    let machine = HardwarePrices { catalogue, hardware, gpus: configuration.map_or(1, |its| its.gpu_count), day };
    let mut notes = Vec::new();
    refuse_foreign(args)?;
    let hosting = match args.hosting.hosting {
        HostingName::Pods => {
            let hour = match args.rent.gpu_price {
                Some(given) => UsdPerHour::new(given),
                None => machine.pod_price(&mut notes)?,
            };
            Hosting::Pods(pods(&args.hosting, hour, machine.gpus)?)
        }
        HostingName::Serverless => Hosting::Serverless(machine.serverless(args, &mut notes)?),
        HostingName::Bought => {
            let Some(capital) = args.bought.capital else {
                let hint = "give the price of one replica: its GPUs, and its share of server and network";
                return Err(Hinted::new("`--hosting bought` needs --capital", hint).into());
            };
            Hosting::Bought(machine.bought(&args.bought, capital, &mut notes)?)
        }
    };
    let fleet = Fleet {
        headroom: share("headroom", args.rent.headroom)?,
        minimum: args.hosting.min_replicas.unwrap_or(1),
        spare: args.hosting.spare_replicas.unwrap_or(0),
        scaling: if args.hosting.autoscale { Scaling::HOURLY } else { Scaling::Fixed },
    };
    let extras = machine.extras(&args.extras, &mut notes)?;
    let gpus = machine.gpus;
    let (mut unsaid, mut unsaid_too) = (Vec::new(), Vec::new());
    let pod = args.rent.gpu_price.map(UsdPerHour::new).or_else(|| machine.pod_price(&mut unsaid).ok());
    let second = args.serverless.serverless_price;
    let second =
        second.or_else(|| machine.per_second(Tier::ServerlessFlex, "--serverless-price", &mut unsaid_too).ok());
    // What is only compared with is told of where it is not what is paid.
    if args.hosting.hosting != HostingName::Pods {
        notes.extend(unsaid);
    }
    Ok(HostingTerms {
        terms: Terms { hosting, fleet, extras },
        pod_hour: pod.map(|hour| of_replica(hour, gpus)),
        worker_second: second.map(|usd| usd * f64::from(gpus)),
        notes,
    })
}

/// Refuses a flag that says nothing with the chosen hosting.
fn refuse_foreign(args: &CaseArgs) -> anyhow::Result<()> {
    let (hosting, workers, bought) = (&args.hosting, &args.serverless, &args.bought);
    let pods =
        [("reserved-replicas", hosting.reserved_replicas.is_some()), ("spot-price", hosting.spot_price.is_some())];
    let fleet = [
        ("min-replicas", hosting.min_replicas.is_some()),
        ("spare-replicas", hosting.spare_replicas.is_some()),
        ("autoscale", hosting.autoscale),
    ];
    let serverless = [
        ("active-workers", hosting.active_workers.is_some()),
        ("cold-start", workers.cold_start.is_some()),
        ("idle-timeout", workers.idle_timeout.is_some()),
    ];
    let owned = [
        ("capital", bought.capital.is_some()),
        ("residual", bought.residual.is_some()),
        ("years", bought.years.is_some()),
        ("interest", bought.interest.is_some()),
        ("load-kw", bought.load_kw.is_some()),
        ("idle-kw", bought.idle_kw.is_some()),
        ("pue", bought.pue.is_some()),
        ("electricity", bought.electricity.is_some()),
        ("colocation", bought.colocation.is_some()),
        ("maintenance", bought.maintenance.is_some()),
        ("spares", bought.spares.is_some()),
    ];
    let (foreign, name): (Vec<(&str, bool)>, &str) = match hosting.hosting {
        HostingName::Pods => (serverless.into_iter().chain(owned).collect(), "pods"),
        HostingName::Serverless => (pods.into_iter().chain(fleet).chain(owned).collect(), "serverless"),
        HostingName::Bought => {
            let scaled = [("autoscale", hosting.autoscale), ("serverless-price", workers.serverless_price.is_some())];
            (pods.into_iter().chain(serverless).chain(scaled).collect(), "bought")
        }
    };
    let Some((flag, _)) = foreign.into_iter().find(|(_, is_given)| *is_given) else { return Ok(()) };
    let needed = if flag == "serverless-price" {
        "serverless"
    } else if owned.iter().any(|(name, _)| *name == flag) {
        "bought"
    } else if serverless.iter().any(|(name, _)| *name == flag) {
        "serverless"
    } else {
        "pods"
    };
    let message = format!("`--{flag}` has no effect with `--hosting {name}`");
    Err(Hinted::new(message, format!("remove it, or give `--hosting {needed}`")).into())
}

/// Seconds that a serverless worker needs to start, and waits for another request.
#[must_use]
pub fn waits(args: &ServerlessArgs) -> (f64, f64) {
    (args.cold_start.unwrap_or(COLD_START_S), args.idle_timeout.unwrap_or(IDLE_TIMEOUT_S))
}

fn pods(args: &HostingArgs, hour: UsdPerHour, gpus: u32) -> anyhow::Result<Pods> {
    let reserved = match (args.reserved_replicas, args.reserved_discount) {
        (Some(replicas), Some(discount)) => {
            Some(Reserved { replicas, discount: share("reserved-discount", discount)? })
        }
        _ => None,
    };
    let spot = args
        .spot_price
        .map(|usd| Spot { price: of_replica(UsdPerHour::new(usd), gpus), redo: args.spot_redo.unwrap_or(0.0) });
    Ok(Pods { price: of_replica(hour, gpus), reserved, spot })
}

/// `read 2026-05-29, 177 days ago, stale`
#[must_use]
pub fn aged(price: &impl Dated, day: Date) -> String {
    match age(price, day) {
        (days, _) if days < 0 => format!("read later, on {}", price.read_on()),
        (days, stale) => format!("read {}, {days} days ago{}", price.read_on(), if stale { ", stale" } else { "" }),
    }
}

impl HardwarePrices<'_> {
    fn pod_price(&self, notes: &mut Vec<String>) -> anyhow::Result<UsdPerHour> {
        let hardware = self.named("an hour of a GPU", "--gpu-price")?;
        let prices = &self.catalogue.prices.gpu;
        let price = gpu_price(prices, hardware, self.gpus, self.day).ok_or_else(|| self.unknown("--gpu-price"))?;
        notes.push(self.sentence("GPU price", price));
        let others = gpu_offers(prices, hardware, self.gpus, self.day).filter(|other| *other != price);
        let others: Vec<String> = others
            .map(|other| {
                let hourly = other.usd_per_hour.value();
                format!("{hourly} {} {} (read {})", other.provider, other.tier, other.read_on)
            })
            .collect();
        if !others.is_empty() {
            notes.push(format!("the cheapest offer is used; others: {}", others.join(", ")));
        }
        Ok(price.usd_per_hour)
    }

    fn serverless(&self, args: &CaseArgs, notes: &mut Vec<String>) -> anyhow::Result<Serverless> {
        let gpus = f64::from(self.gpus);
        let flex = match args.serverless.serverless_price {
            Some(usd) => usd,
            None => self.per_second(Tier::ServerlessFlex, "--serverless-price", notes)?,
        };
        let active = match (args.hosting.active_workers.unwrap_or(0), args.hosting.active_price) {
            (0, _) => None,
            (workers, Some(usd)) => Some((workers, usd * gpus)),
            (workers, None) => {
                Some((workers, self.per_second(Tier::ServerlessActive, "--active-price", notes)? * gpus))
            }
        };
        let (cold_start_s, idle_timeout_s) = waits(&args.serverless);
        notes.push(format!(
            "serverless: {cold_start_s} s cold start{}, {idle_timeout_s} s idle time-out; requests arrive at random (Poisson)",
            if args.serverless.cold_start.is_none() { ", an assumption" } else { "" },
        ));
        Ok(Serverless { usd_per_second: flex * gpus, active, cold_start_s, idle_timeout_s })
    }

    /// The dated price of a serverless second: of the offers that hold, the cheapest.
    fn per_second(&self, tier: Tier, flag: &str, notes: &mut Vec<String>) -> anyhow::Result<f64> {
        let hardware = self.named("a second of a serverless worker", flag)?;
        let offers = on_day(&self.catalogue.prices.gpu, self.day);
        let offers = offers.filter(|price| price.hardware == hardware && price.tier == tier);
        let price = offers.min_by(|a, b| a.usd_per_hour.value().total_cmp(&b.usd_per_hour.value()));
        let price = price.ok_or_else(|| self.unknown(flag))?;
        notes.push(self.sentence("serverless price", price));
        Ok(price.usd_per_hour.value() / SECONDS_PER_HOUR)
    }

    /// One replica bought for so many USD.
    ///
    /// # Errors
    /// When its power or the price of electricity is neither given nor known.
    pub fn bought(&self, args: &BoughtArgs, capital: f64, notes: &mut Vec<String>) -> anyhow::Result<Bought> {
        let board = self.hardware.and_then(|name| self.catalogue.hardware.get(name)?.tdp_w);
        let load_kw = match (args.load_kw, board) {
            (Some(kw), _) => kw,
            (None, Some(watts)) => {
                let kw = f64::from(watts) * f64::from(self.gpus) / WATTS_PER_KW;
                notes.push(format!(
                    "power at load: {} kW, the board power of the GPUs without the host",
                    significant(kw, 3)
                ));
                kw
            }
            (None, None) => return Err(self.unknown("--load-kw")),
        };
        let idle_kw = args.idle_kw.unwrap_or_else(|| {
            let kw = significant(load_kw * IDLE_SHARE, 3);
            notes.push(format!("idle power: a fifth of that, {kw} kW, an assumption"));
            load_kw * IDLE_SHARE
        });
        let electricity = match args.electricity {
            Some(usd) => UsdPerKwh::new(usd),
            None => self.electricity(notes)?,
        };
        Ok(Bought {
            capital: Usd::new(capital),
            residual: Usd::new(args.residual.unwrap_or(0.0)),
            years: args.years.unwrap_or(4.0),
            interest: args.interest.unwrap_or(0.1),
            idle_kw,
            load_kw,
            pue: args.pue.unwrap_or(1.3),
            electricity,
            colocation_per_month: Usd::new(args.colocation.unwrap_or(0.0)),
            maintenance: args.maintenance.unwrap_or(0.0),
            spares: args.spares.unwrap_or(0.0),
        })
    }

    fn electricity(&self, notes: &mut Vec<String>) -> anyhow::Result<UsdPerKwh> {
        let price = on_day(&self.catalogue.prices.electricity, self.day).find(|price| price.region == "us-commercial");
        let price = price.ok_or_else(|| self.unknown("--electricity"))?;
        notes.push(format!(
            "electricity: {} USD/kWh, {}, {}",
            price.usd_per_kwh.value(),
            price.region,
            self.aged(price)
        ));
        Ok(price.usd_per_kwh)
    }

    /// Costs beside the replicas.
    ///
    /// # Errors
    /// When storage has no price.
    pub fn extras(&self, args: &ExtraCostArgs, notes: &mut Vec<String>) -> anyhow::Result<Extras> {
        let storage_usd_per_gb_month = match args.storage_price {
            Some(usd) => usd,
            None if args.storage_gb.is_none_or(|gb| gb == 0.0) => 0.0,
            None => {
                let mut disks = on_day(&self.catalogue.prices.storage, self.day);
                let price = disks.find(|price| price.provider == "runpod" && price.kind == "container-disk");
                let price = price.ok_or_else(|| self.unknown("--storage-price"))?;
                let of = format!("{} {}", price.provider, price.kind);
                notes.push(format!("storage: {} USD/GB a month, {of}, {}", price.usd_per_gb_month, self.aged(price)));
                price.usd_per_gb_month
            }
        };
        Ok(Extras {
            storage_gb: args.storage_gb.unwrap_or(0.0),
            storage_usd_per_gb_month,
            egress_kb_per_request: args.egress_kb.unwrap_or(0.0),
            egress_usd_per_gb: args.egress_price.unwrap_or(0.0),
            engineer_share: args.engineer_share.unwrap_or(0.0),
            engineer_usd_per_year: args.engineer_salary.unwrap_or(SALARY),
            operations_per_month: args.operations,
            one_off: args.one_off.unwrap_or(0.0),
            one_off_months: args.one_off_months.unwrap_or(24.0),
        })
    }

    fn named(&self, what: &str, flag: &str) -> anyhow::Result<&str> {
        let none = || Hinted::new(format!("no price known for {what}"), format!("give {flag}")).into();
        self.hardware.ok_or_else(none)
    }

    fn unknown(&self, flag: &str) -> anyhow::Error {
        let hardware = self.hardware.unwrap_or("this hardware");
        let message = format!("no dated price for {flag} of `{hardware}` on {}", self.day);
        Hinted::new(message, format!("give {flag}, or add a row: docs/prices.md")).into()
    }

    fn sentence(&self, what: &str, price: &GpuPrice) -> String {
        let hourly = price.usd_per_hour.value();
        let via = price.via.as_ref().map_or(String::new(), |via| format!(", through {via}"));
        format!("{what}: {hourly} USD/h a GPU, {} {}, {}{via}", price.provider, price.tier, self.aged(price))
    }

    fn aged(&self, price: &impl Dated) -> String {
        aged(price, self.day)
    }
}
