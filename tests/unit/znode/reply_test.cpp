// What a client is told of its write.
#include "service.h"

namespace paddock::znode::test {

TEST_CASE("each write is answered with the record that its opcode promises") {
  Service service;
  const Caller caller = service.connect();
  CHECK(service.write(caller, create("/a")).as<client::CreateResponse>().path == "/a");
  const Answer create2 = service.write(caller, create("/b", "x", 0, open_list(), OpCode::create2));
  CHECK(create2.as<client::Create2Response>() == client::Create2Response{"/b", service.stat("/b")});
  const Answer container = service.write(caller, create("/c", "", 4, open_list(), OpCode::create_container));
  CHECK(container.as<client::Create2Response>() == client::Create2Response{"/c", service.stat("/c")});
  const Answer data_set = service.write(caller, set_data("/a", "y"));
  CHECK(data_set.as<client::StatResponse>().stat == service.stat("/a"));
  const Answer acl_set = service.write(caller, set_acl("/a", open_list()));
  CHECK(acl_set.as<client::StatResponse>().stat == service.stat("/a"));
  CHECK(service.stat("/a").aversion == 1);
  CHECK(service.write(caller, remove("/a")).body.empty());
  CHECK(service.write(caller, close_session()).body.empty());
}

TEST_CASE("a failed write is answered with its header alone") {
  Service service;
  const Caller caller = service.connect();
  for (const OpCode type : {OpCode::create, OpCode::create2, OpCode::create_container}) {
    const Answer answer = service.write(caller, create("/zookeeper", "", 4, open_list(), type));
    CHECK(answer.err == ErrorCode::node_exists);
    CHECK(answer.body.empty());
  }
}

TEST_CASE("a multi's results carry path and stat after the operation") {
  Service service;
  const Answer answer = service.write(
      service.connect(), multi({op_create("/a"), op_create("/c", 4), op_set("/a", "x"), op_set("/a", "y")}));
  jute::Reader reader(answer.body);
  std::vector<client::MultiResult> results;
  REQUIRE(client::decode_multi_results(reader, results));
  REQUIRE(results.size() == 4);
  CHECK(std::get<client::CreateResponse>(results[0].body).path == "/a");
  CHECK(std::get<client::Create2Response>(results[1].body) ==
        client::Create2Response{"/c", service.stat("/c")});
  CHECK(std::get<client::StatResponse>(results[2].body).stat.version == 1);
  CHECK(std::get<client::StatResponse>(results[3].body).stat == service.stat("/a"));
}

TEST_CASE("reconfig is answered with the configuration") {
  Service service;
  const txn::SetDataTxn config{"/zookeeper/config", "server.1=...", -1};
  Watches watches;
  ApplyResult result;
  service.state.apply(txn::Txn{{1, 1, 100, 0, 16}, config, std::nullopt}, watches, service, result);
  Answer answer;
  jute::Writer body(answer.body);
  CHECK(write_reply(OpCode::reconfig, result, service.state, body) == ErrorCode::ok);
  CHECK(answer.as<client::GetDataResponse>() ==
        client::GetDataResponse{"server.1=...", service.stat("/zookeeper/config")});
}

}  // namespace paddock::znode::test
