// reconfig in an ensemble, whose own answer the request carries.
#include <catch2/catch.hpp>

#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "znode/prepare.h"

namespace paddock::znode {
namespace {

constexpr const char* kConfig = "server.1=127.0.0.1:1:2:participant;3\nversion=100000007";

struct Ensemble {
  State state;
  Preparer preparer{state};

  static Options options() {
    Options options;
    options.reconfig_enabled = true;
    options.standalone = false;
    return options;
  }
  Ensemble() : state(options()) {}

  Prepared ask(const ReconfigAnswer& answer, const Identities& who, ErrorCode session = ErrorCode::ok) {
    const std::string body = jute::encoded(client::ReconfigRequest{{}, {}, {}, -1});
    WriteRequest request{
        .session = SessionId{7}, .cxid = Xid{1}, .type = client::OpCode::reconfig, .body = body};
    request.identities = &who;
    request.session_check = session;
    request.reconfig = &answer;
    return preparer.prepare(request, Zxid::of(1, 7), WallTime{5});
  }
};

const Identities kNobody;
const Identities kSuper{{"super", ""}};

}  // namespace

TEST_CASE("a reconfiguration becomes the new content of the config node") {
  Ensemble ensemble;
  const Prepared prepared = ensemble.ask({ErrorCode::ok, kConfig}, kSuper);
  CHECK(prepared.err == ErrorCode::ok);
  const auto txn = txn::decode_txn(prepared.txn).value();
  CHECK(txn.header.type == static_cast<int32_t>(client::OpCode::reconfig));
  CHECK(std::get<txn::SetDataTxn>(txn.body) == txn::SetDataTxn{kConfigNode, kConfig, -1});
  REQUIRE(txn.digest.has_value());
  ensemble.state.apply(txn);
  ensemble.preparer.applied(txn.zxid());
  CHECK(ensemble.state.config_text() == kConfig);
  CHECK(ensemble.state.digest_mismatches() == 0);
}

TEST_CASE("what the ensemble says comes behind the session and before the ACL of the config node") {
  Ensemble ensemble;
  CHECK(ensemble.ask({ErrorCode::ok, kConfig}, kNobody).err == ErrorCode::no_auth);
  CHECK(ensemble.ask({ErrorCode::reconfig_in_progress, ""}, kNobody).err == ErrorCode::reconfig_in_progress);
  CHECK(ensemble.ask({ErrorCode::bad_version, ""}, kSuper, ErrorCode::session_expired).err ==
        ErrorCode::session_expired);
  CHECK(ensemble.ask({ErrorCode::new_config_no_quorum, ""}, kSuper).err == ErrorCode::new_config_no_quorum);
}

}  // namespace paddock::znode
