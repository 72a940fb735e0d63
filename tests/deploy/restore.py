"""A site goes back to a moment, as docs/DEPLOY.md says."""

from site_under_test import Failed, minimal, until
from stand_in import NAME


def published(ada, title):
    body = {**minimal(title), "files": {"enabled": False}}
    draft = ada.want(201, "POST", "/api/records", body).json()
    ada.want(202, "POST", f"/api/records/{draft['id']}/draft/actions/publish")
    return draft["id"]


def found(site):
    """The records that a search finds, by title."""
    hits = site.nobody.want(200, "GET", "/api/records?q=moment&sort=oldest").json()["hits"]["hits"]
    return [hit["metadata"]["title"] for hit in hits]


def go_back(site, ada):
    """What was published after the moment is gone, from the index too; what was there before is there, and it goes on."""
    client = site.stand_in.client("dynamodb")
    tables = [name for name in client.list_tables()["TableNames"] if name.startswith(f"{NAME}-") and name != f"{NAME}-outbox"]
    before = published(ada, "Before the moment")
    until("nothing is under way", lambda: site.waiting() == 0, 180)
    for table in tables:
        client.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=f"before-{table}", UseLatestRestorableTime=True)
    after = published(ada, "After the moment")
    for table in tables:
        backup = client.create_backup(TableName=f"before-{table}", BackupName="before")["BackupDetails"]["BackupArn"]
        client.update_table(TableName=table, DeletionProtectionEnabled=False)
        client.delete_table(TableName=table)
        client.get_waiter("table_not_exists").wait(TableName=table)
        client.restore_table_from_backup(TargetTableName=table, BackupArn=backup)
        client.get_waiter("table_exists").wait(TableName=table)
        client.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    site.nobody.want(404, "GET", f"/api/records/{after}")
    site.nobody.want(200, "GET", f"/api/records/{before}")
    site.admin.want(202, "POST", "/api/jobs/messages", {"version": "1", "id": "go-back", "task": "reindex"})
    until("the index has followed", lambda: found(site) == ["Before the moment"], 180)
    published(ada, "Later than the moment")
    until("it goes on", lambda: found(site) == ["Before the moment", "Later than the moment"])
    if len(tables) < 9:
        raise Failed(f"these are few tables: {tables}")
    return f"{len(tables)} tables"
