//! How replicas are paid: flags, and the catalogue's dated prices where a flag is not given.

use crate::case::refused::share;
use crate::case::served::Replica;
use crate::catalogue::Catalogue;
use crate::cli::case_args::{BesideArgs, BoughtArgs, CaseArgs, HostingArgs, HostingName};
use crate::printer::Hinted;
use shared::date::Date;
use shared::economics::bill::Terms;
use shared::economics::hosting::{Extras, Fleet, Hosting, Pods, Reserved, Scaling, Spot};
use shared::economics::ownership::Bought;
use shared::economics::pricing::{age, of_replica, on_day};
use shared::economics::serverless::Serverless;
use shared::format::significant;
use shared::store::prices::{Dated, GpuPrice, Tier};
use shared::units::{SECONDS_PER_HOUR, Usd, UsdPerHour, UsdPerKwh};

/// Share of the power at load that a machine is taken to draw without.
const IDLE_SHARE: f64 = 0.2;
/// Watts in a kilowatt.
const WATTS_PER_KW: f64 = 1000.0;

/// Terms, and what was taken from where.
pub struct Paid {
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
struct Machine<'a> {
    catalogue: &'a Catalogue,
    hardware: Option<&'a str>,
    gpus: u32,
    day: Date,
}

/// Resolves the terms of a case.
///
/// # Errors
/// When a share is none, or a price is neither given nor known.
pub fn resolve(args: &CaseArgs, replica: &Replica, catalogue: &Catalogue, day: Date) -> anyhow::Result<Paid> {
    let configuration = replica.run.as_ref().map(|run| &run.file.configuration);
    let hardware = configuration.map(|its| its.hardware.as_str());
    let machine = Machine { catalogue, hardware, gpus: configuration.map_or(1, |its| its.gpu_count), day };
    let mut notes = Vec::new();
    let hosting = match args.hosting.hosting {
        HostingName::Pods => {
            let hour = match args.hosting.gpu_price {
                Some(given) => UsdPerHour::new(given),
                None => machine.pod_price(&mut notes)?,
            };
            Hosting::Pods(pods(&args.hosting, hour, machine.gpus)?)
        }
        HostingName::Serverless => Hosting::Serverless(machine.serverless(&args.hosting, &mut notes)?),
        HostingName::Bought => Hosting::Bought(machine.bought(&args.bought, &mut notes)?),
    };
    let fleet = Fleet {
        headroom: share("headroom", args.hosting.headroom)?,
        minimum: args.hosting.min_replicas,
        spare: args.hosting.spare_replicas,
        scaling: if args.hosting.autoscale { Scaling::Hourly } else { Scaling::Fixed },
    };
    let extras = machine.extras(&args.beside, &mut notes)?;
    let gpus = machine.gpus;
    let (mut unsaid, mut unsaid_too) = (Vec::new(), Vec::new());
    let pod = args.hosting.gpu_price.map(UsdPerHour::new).or_else(|| machine.pod_price(&mut unsaid).ok());
    let second = args.hosting.serverless_price;
    let second =
        second.or_else(|| machine.per_second(Tier::ServerlessFlex, "--serverless-price", &mut unsaid_too).ok());
    // What is only compared with is told of where it is not what is paid.
    if args.hosting.hosting != HostingName::Pods {
        notes.extend(unsaid);
    }
    Ok(Paid {
        terms: Terms { hosting, fleet, extras },
        pod_hour: pod.map(|hour| of_replica(hour, gpus)),
        worker_second: second.map(|usd| usd * f64::from(gpus)),
        notes,
    })
}

fn pods(args: &HostingArgs, hour: UsdPerHour, gpus: u32) -> anyhow::Result<Pods> {
    let reserved = match (args.reserved_replicas, args.reserved_discount) {
        (Some(replicas), Some(discount)) => {
            Some(Reserved { replicas, discount: share("reserved-discount", discount)? })
        }
        _ => None,
    };
    let spot = args.spot_price.map(|usd| Spot { price: of_replica(UsdPerHour::new(usd), gpus), redo: args.spot_redo });
    Ok(Pods { price: of_replica(hour, gpus), reserved, spot })
}

impl Machine<'_> {
    fn pod_price(&self, notes: &mut Vec<String>) -> anyhow::Result<UsdPerHour> {
        let hardware = self.named("an hour of a GPU", "--gpu-price")?;
        let price = self.catalogue.gpu_price(hardware, self.day).ok_or_else(|| self.unknown("--gpu-price"))?;
        notes.push(self.sentence("GPU price", price));
        let others = on_day(&self.catalogue.prices.gpu, self.day);
        let others = others.filter(|other| other.hardware == hardware && other.tier.is_on_demand() && *other != price);
        let others: Vec<String> = others
            .map(|other| {
                let hourly = other.usd_per_hour.value();
                format!("{hourly} {} {} (read {})", other.provider, other.tier, other.read_on)
            })
            .collect();
        if !others.is_empty() {
            notes.push(format!("the cheapest offer was taken; others: {}", others.join(", ")));
        }
        Ok(price.usd_per_hour)
    }

    fn serverless(&self, args: &HostingArgs, notes: &mut Vec<String>) -> anyhow::Result<Serverless> {
        let gpus = f64::from(self.gpus);
        let flex = match args.serverless_price {
            Some(usd) => usd,
            None => self.per_second(Tier::ServerlessFlex, "--serverless-price", notes)?,
        };
        let active = match (args.active_workers, args.active_price) {
            (0, _) => None,
            (workers, Some(usd)) => Some((workers, usd * gpus)),
            (workers, None) => {
                Some((workers, self.per_second(Tier::ServerlessActive, "--active-price", notes)? * gpus))
            }
        };
        notes.push(format!(
            "serverless: {} s cold start, {} s idle time-out; requests are taken to arrive at random",
            args.cold_start, args.idle_timeout
        ));
        Ok(Serverless {
            usd_per_second: flex * gpus,
            active,
            cold_start_s: args.cold_start,
            idle_timeout_s: args.idle_timeout,
        })
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

    fn bought(&self, args: &BoughtArgs, notes: &mut Vec<String>) -> anyhow::Result<Bought> {
        let Some(capital) = args.capital else {
            let hint = "say what one replica costs to buy: its GPUs, and its share of server and network";
            return Err(Hinted::new("`--hosting bought` needs --capital", hint).into());
        };
        let board = self.hardware.and_then(|name| self.catalogue.hardware.get(name)?.tdp_w);
        let load_kw = match (args.load_kw, board) {
            (Some(kw), _) => kw,
            (None, Some(watts)) => {
                let kw = f64::from(watts) * f64::from(self.gpus) / WATTS_PER_KW;
                notes.push(format!(
                    "power at load: {} kW, the board power of the GPUs; the host comes on top",
                    significant(kw, 3)
                ));
                kw
            }
            (None, None) => return Err(self.unknown("--load-kw")),
        };
        let idle_kw = args.idle_kw.unwrap_or_else(|| {
            let kw = significant(load_kw * IDLE_SHARE, 3);
            notes.push(format!("power without load: a fifth of that, {kw} kW, an assumption"));
            load_kw * IDLE_SHARE
        });
        let electricity = match args.electricity {
            Some(usd) => UsdPerKwh::new(usd),
            None => self.electricity(notes)?,
        };
        Ok(Bought {
            capital: Usd::new(capital),
            residual: Usd::new(args.residual),
            years: args.years,
            interest: args.interest,
            idle_kw,
            load_kw,
            pue: args.pue,
            electricity,
            colocation_per_month: Usd::new(args.colocation),
            maintenance: args.maintenance,
            spares: args.spares,
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

    fn extras(&self, args: &BesideArgs, notes: &mut Vec<String>) -> anyhow::Result<Extras> {
        let storage_usd_per_gb_month = match args.storage_price {
            Some(usd) => usd,
            None if args.storage_gb == 0.0 => 0.0,
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
            storage_gb: args.storage_gb,
            storage_usd_per_gb_month,
            egress_kb_per_request: args.egress_kb,
            egress_usd_per_gb: args.egress_price,
            engineer_share: args.engineer_share,
            engineer_usd_per_year: args.engineer_salary,
            operations_per_month: args.operations,
            one_off: args.one_off,
            one_off_months: args.one_off_months,
        })
    }

    fn named(&self, what: &str, flag: &str) -> anyhow::Result<&str> {
        let none = || Hinted::new(format!("nobody says what {what} costs"), format!("give {flag}")).into();
        self.hardware.ok_or_else(none)
    }

    fn unknown(&self, flag: &str) -> anyhow::Error {
        let hardware = self.hardware.unwrap_or("this hardware");
        let message = format!("the catalogue does not say it for `{hardware}` on {}", self.day);
        Hinted::new(message, format!("give {flag}, or add it: docs/prices.md")).into()
    }

    fn sentence(&self, what: &str, price: &GpuPrice) -> String {
        let hourly = price.usd_per_hour.value();
        format!("{what}: {hourly} USD/h a GPU, {} {}, {}", price.provider, price.tier, self.aged(price))
    }

    /// `read 2026-05-29, 177 days ago, stale`
    fn aged(&self, price: &impl Dated) -> String {
        let (days, stale) = age(price, self.day);
        format!("read {}, {days} days ago{}", price.read_on(), if stale { ", stale" } else { "" })
    }
}
