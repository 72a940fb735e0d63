//! `GET /api/groups/{id}`: "groups.read"

use crate::support::Site;

#[tokio::test]
async fn a_group_is_for_administrators_to_see_and_its_absence_is_no_secret_of_its_own() {
    let site = Site::start().await;
    let group = site.admin().get("/api/groups/admin").await.expect(200).json();
    assert_eq!((&group["name"], &group["is_managed"]), (&"admin".into(), &true.into()));
    for (who, id) in [(site.nobody(), "admin"), (site.user("ada").await, "admin"), (site.admin(), "nosuch")] {
        let refused = who.get(format!("/api/groups/{id}")).await.expect(403).json();
        assert_eq!(refused["message"], "Permission denied.");
    }
}
