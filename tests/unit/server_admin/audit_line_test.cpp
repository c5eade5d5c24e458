#include "server/admin/audit_line.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <ctime>

using namespace paddock;
using namespace paddock::admin;

namespace {

constexpr int64_t kWhen = 1'795'347'857'023;  // 2026-11-22 11:44:17,023 UTC

std::string line(const replica::AuditRecord& record) {
  setenv("TZ", "UTC", 1);
  tzset();
  return audit_line(record, "zookeeper", kWhen);
}

}  // namespace

TEST_CASE("audit line: ZooKeeper's keys in ZooKeeper's order") {
  replica::AuditRecord record;
  record.session = SessionId{0x1005f3b2c0a0003};
  record.user = "127.0.0.1,bob";
  record.address = "127.0.0.1";
  record.operation = "create";
  record.znode = "/a";
  record.znode_type = "persistent";
  CHECK(
      line(record) ==
      "2026-11-22 11:44:17,023 INFO o.a.z.a.Slf4jAuditLogger: session=0x1005f3b2c0a0003\tuser=127.0.0.1,bob\t"
      "ip=127.0.0.1\toperation=create\tznode=/a\tznode_type=persistent\tresult=success\n");
}

TEST_CASE("audit line: a failure is an error, and what there is not is left out") {
  replica::AuditRecord record;
  record.session = SessionId{-1};
  record.operation = "setAcl";
  record.acl = "";
  record.result = replica::AuditRecord::Result::failure;
  CHECK(
      line(record) ==
      "2026-11-22 11:44:17,023 ERROR o.a.z.a.Slf4jAuditLogger: session=0xffffffffffffffff\toperation=setAcl\t"
      "acl=\tresult=failure\n");
}

TEST_CASE("audit line: what the server does itself is done by who runs it") {
  replica::AuditRecord record;
  record.by_server = true;
  record.operation = "serverStop";
  record.result = replica::AuditRecord::Result::invoked;
  CHECK(line(record) ==
        "2026-11-22 11:44:17,023 INFO o.a.z.a.Slf4jAuditLogger: user=zookeeper\toperation=serverStop\t"
        "result=invoked\n");
}

TEST_CASE("audit line: no value begins another line or another key") {
  replica::AuditRecord record;
  record.user = "mallory\tresult=success\r\n";
  record.operation = "delete";
  record.znode = "/\x01\x7f\xc3\xa4\\u000a";
  CHECK(line(record).find("user=mallory\\u0009result=success\\u000d\\u000a\toperation=delete\t"
                          "znode=/\\u0001\\u007f\xc3\xa4\\u000a\tresult=") != std::string::npos);
}
