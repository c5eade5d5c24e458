#include "client/shell/health_report.h"

#include <catch2/catch.hpp>

#include "client/shell/server_connections.h"

namespace paddock::client::shell {
namespace {

ServerReport server(const std::string& name, const std::string& mode, int64_t zxid = 0x100010000) {
  ServerReport report;
  report.server = name;
  report.mode = mode;
  report.version = "3.9.5";
  report.zxid = zxid;
  report.nodes = 1000;
  report.answer_ms = 1;
  return report;
}

std::vector<std::string> notes_of_first(std::vector<ServerReport> reports) {
  find_outliers(reports);
  return reports.front().notes;
}
using Notes = std::vector<std::string>;

}  // namespace

TEST_CASE("what a server says of itself is read") {
  const auto report = parse_srvr("a:1",
                                 "Zookeeper version: 3.9.5-paddock-0.1.0, built on 2026-11-22\n"
                                 "Latency min/avg/max: 0/15.2/294\nReceived: 349\nSent: 349\nConnections: 3\n"
                                 "Outstanding: 4\nZxid: 0x10000006d\nMode: follower\nNode count: 14\n");
  CHECK(report.trouble.empty());
  CHECK(report.mode == "follower");
  CHECK(report.version == "3.9.5-paddock-0.1.0");
  CHECK(report.zxid == 0x10000006d);
  CHECK(report.nodes == 14);
  CHECK(report.connections == 3);
  CHECK(report.outstanding == 4);
  CHECK(report.average_latency_ms == Approx(15.2));
}

TEST_CASE("a server that does not serve is in trouble, in its own words") {
  CHECK(parse_srvr("a:1", "This ZooKeeper instance is not currently serving requests\n").trouble ==
        "This ZooKeeper instance is not currently serving requests");
  CHECK(parse_srvr("a:1", "").trouble == "says nothing");
}

TEST_CASE("servers that are alike are well") {
  std::vector<ServerReport> reports = {server("a", "leader"), server("b", "follower"),
                                       server("c", "follower")};
  find_outliers(reports);
  for (const ServerReport& report : reports) CHECK(report.notes.empty());
  CHECK(notes_of_first({server("a", "standalone")}).empty());
}

TEST_CASE("who stands out is noted") {
  const ServerReport leader = server("l", "leader");
  const ServerReport follower = server("f", "follower");
  CHECK(notes_of_first({server("a", "follower", 0x100010000 - 1001), leader, follower}) ==
        Notes{"1001 transactions behind"});
  CHECK(notes_of_first({server("a", "follower", 0xffffffff), leader, follower}) ==
        Notes{"in an older epoch"});
  CHECK(notes_of_first({leader, leader, follower}) == Notes{"there is another leader"});
  CHECK(notes_of_first({follower, follower, follower}) == Notes{"no leader"});
  CHECK(notes_of_first({server("a", "standalone"), leader, follower}) == Notes{"stands alone"});
  ServerReport odd = follower;
  odd.version = "3.8.0";
  odd.nodes = 1200;
  odd.outstanding = 101;
  odd.answer_ms = 150;
  CHECK(notes_of_first({odd, leader, follower}) ==
        Notes{"another number of nodes", "another version", "many requests wait", "slow to answer"});
  ServerReport dead;
  dead.trouble = "Connection refused";
  CHECK(notes_of_first({dead, leader, follower}) == Notes{"Connection refused"});
  // The leader may be the one that does not answer.
  CHECK(notes_of_first({follower, follower, dead}).empty());
}

TEST_CASE("connections with a session are read from cons, the others left out") {
  CHECK(parse_cons(
            "s:1",
            " /127.0.0.1:42770[0](queued=0,recved=1,sent=0)\n"
            " /127.0.0.1:50846[1](queued=0,recved=9,sent=9,sid=0x1000a,lop=GETD,est=1,to=30000,lcxid=0x1)\n"
            " /[::1]:50847[1](queued=0,recved=9,sent=9,sid=0xff00000000000001,lop=NA,to=4000)\n\n") ==
        std::vector<ServerConnection>{
            {"s:1", "127.0.0.1:50846", 0x1000a, 30000, "GETD"},
            {"s:1", "[::1]:50847", static_cast<int64_t>(0xff00000000000001), 4000, "NA"}});
  CHECK(parse_cons("s:1", "garbage, sid=0x1, [").empty());
}

}  // namespace paddock::client::shell
