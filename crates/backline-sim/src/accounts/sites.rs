//! The organisation's sites: their names, and whether they are there at all.
//!
//! A site's cloud id never changes; its name, and with it its address, can. A former name goes on leading to the site.

use super::Accounts;
use crate::people::SiteName;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    #[default]
    Active,
    /// Its subscription ended: it is listed and answers nobody.
    Suspended,
    /// It is no longer there; nobody finds its cloud id.
    Removed,
}

/// One site as it is now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrgSite {
    pub cloud_id: String,
    pub slug: String,
    pub title: String,
    pub standing: Standing,
    #[serde(default)]
    pub former_slugs: Vec<String>,
}

impl From<SiteName> for OrgSite {
    fn from(name: SiteName) -> Self {
        Self {
            cloud_id: name.cloud_id,
            slug: name.slug.to_owned(),
            title: name.title.to_owned(),
            standing: Standing::Active,
            former_slugs: Vec::new(),
        }
    }
}

impl OrgSite {
    pub fn is_called(&self, slug: &str) -> bool {
        self.slug == slug || self.former_slugs.iter().any(|former| former == slug)
    }
}

impl Accounts {
    /// Those that are there.
    pub fn sites(&self) -> Vec<OrgSite> {
        let sites = self.sites.read().expect("no panic while sites are held");
        sites.iter().filter(|site| site.standing != Standing::Removed).cloned().collect()
    }

    /// The first that is there and meant.
    pub fn find_site(&self, is_meant: impl Fn(&OrgSite) -> bool) -> Option<OrgSite> {
        let sites = self.sites.read().expect("no panic while sites are held");
        sites.iter().find(|site| site.standing != Standing::Removed && is_meant(site)).cloned()
    }

    pub fn site_by_cloud_id(&self, cloud_id: &str) -> Option<OrgSite> {
        self.find_site(|site| site.cloud_id == cloud_id)
    }

    /// Changes a site and keeps it; `None` when there is none with this cloud id or name, removed or not.
    pub(super) fn change_site(
        &self,
        named: &str,
        change: impl FnOnce(&mut OrgSite),
    ) -> Option<(OrgSite, OrgSite)> {
        let mut sites = self.sites.write().expect("no panic while sites are held");
        let site = sites.iter_mut().find(|site| site.cloud_id == named || site.is_called(named))?;
        let before = site.clone();
        change(site);
        self.ledger().keep_site(site);
        Some((before, site.clone()))
    }

    /// Whether a site, removed or not, has this name.
    pub(super) fn is_name_taken(&self, slug: &str, but: &str) -> bool {
        let sites = self.sites.read().expect("no panic while sites are held");
        sites.iter().any(|site| site.is_called(slug) && site.cloud_id != but && !site.is_called(but))
    }
}
