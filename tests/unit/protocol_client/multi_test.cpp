#include "protocol/client/multi.h"

#include <catch2/catch.hpp>

#include "tests/records/generate.h"
#include "tests/records/laws.h"
#include "tests/records/samples.h"

using namespace paddock;
using namespace paddock::client;
using tests::from_hex;

namespace {

constexpr size_t kLengthAndRequestHeader = 4 + 8;
constexpr size_t kLengthAndReplyHeader = 4 + 16;
// An operation of 17 bytes (a delete of a null path) becomes a MultiOp, and a vector that grows doubles.
constexpr size_t kWidening = 2 * sizeof(MultiOp) / 16;

std::string encoded(const std::vector<MultiOp>& ops) {
  std::string bytes;
  jute::Writer writer(bytes);
  encode_multi(writer, ops);
  return bytes;
}

std::string encoded(const std::vector<MultiResult>& results) {
  std::string bytes;
  jute::Writer writer(bytes);
  encode_multi_results(writer, results);
  return bytes;
}

std::optional<std::vector<MultiOp>> ops_of(std::string_view bytes) {
  jute::Reader reader(bytes);
  std::optional<std::vector<MultiOp>> ops(std::in_place);
  if (!decode_multi(reader, *ops)) ops.reset();
  return ops;
}

std::optional<std::vector<MultiResult>> results_of(std::string_view bytes) {
  jute::Reader reader(bytes);
  std::optional<std::vector<MultiResult>> results(std::in_place);
  if (!decode_multi_results(reader, *results)) results.reset();
  return results;
}

MultiOp any_write(tests::Generator& generator) {
  switch (generator.random().below(7)) {
    case 0:
      return {OpCode::create, generator.make<CreateRequest>()};
    case 1:
      return {OpCode::create2, generator.make<CreateRequest>()};
    case 2:
      return {OpCode::create_container, generator.make<CreateRequest>()};
    case 3:
      return {OpCode::create_ttl, generator.make<CreateTtlRequest>()};
    case 4:
      return {OpCode::remove, generator.make<DeleteRequest>()};
    case 5:
      return {OpCode::set_data, generator.make<SetDataRequest>()};
    default:
      return {OpCode::check, generator.make<CheckVersionRequest>()};
  }
}

MultiOp any_read(tests::Generator& generator) {
  const OpCode type = generator.random().one_in(2) ? OpCode::get_data : OpCode::get_children;
  return {type, generator.make<PathWatchRequest>()};
}

MultiResult any_result(tests::Generator& generator) {
  switch (generator.random().below(8)) {
    case 0:
      return {OpCode::create, generator.make<CreateResponse>()};
    case 1:
      return {OpCode::create2, generator.make<Create2Response>()};
    case 2:
      return {OpCode::remove, std::monostate()};
    case 3:
      return {OpCode::set_data, generator.make<StatResponse>()};
    case 4:
      return {OpCode::check, std::monostate()};
    case 5:
      return {OpCode::get_data, generator.make<GetDataResponse>()};
    case 6:
      return {OpCode::get_children, generator.make<GetChildrenResponse>()};
    default:
      return {OpCode::error, generator.make<ErrorResponse>()};
  }
}

const Vector<Acl> kOpen{Acl{kPermAll, Id{"world", "anyone"}}};
const MultiOp kDelete{OpCode::remove, DeleteRequest{"/a", -1}};
const MultiOp kGet{OpCode::get_data, PathWatchRequest{"/a", false}};

}  // namespace

TEST_CASE("the recorded multi means what the specification says") {
  const auto samples = tests::load_samples("multi.txt");
  const auto& asked = tests::sample_named(samples, "request: multi create, create2, setData, check, delete");
  const auto ops = ops_of(std::string_view(asked.bytes).substr(kLengthAndRequestHeader));
  REQUIRE(ops);
  REQUIRE(ops->size() == 5);
  CHECK((*ops)[0] == MultiOp{OpCode::create, CreateRequest{"/m/c", "1", kOpen, 0}});
  CHECK((*ops)[1] == MultiOp{OpCode::create2, CreateRequest{"/m/d", "", kOpen, 0}});
  CHECK((*ops)[2].type == OpCode::set_data);
  CHECK((*ops)[3].type == OpCode::check);
  CHECK((*ops)[4].type == OpCode::remove);
}

TEST_CASE("the recorded failed multi answers 0, the code, and -2 behind it") {
  const auto samples = tests::load_samples("multi.txt");
  const auto& answer = tests::sample_named(samples, "reply: multi failing");
  const auto results = results_of(std::string_view(answer.bytes).substr(kLengthAndReplyHeader));
  REQUIRE(results);
  CHECK(*results == std::vector<MultiResult>{{OpCode::error, ErrorResponse{0}},
                                             {OpCode::error, ErrorResponse{-103}},
                                             {OpCode::error, ErrorResponse{-2}}});
}

TEST_CASE("reading stops at the first header with done set, whatever its type, and leaves the rest") {
  const std::string bytes = from_hex("0000000e 01 00000007") + "rest";
  jute::Reader reader(bytes);
  std::vector<MultiOp> ops{kDelete};
  CHECK(decode_multi(reader, ops));
  CHECK(ops.empty());
  CHECK(reader.rest() == "rest");
}

TEST_CASE("a multi inside a multi, a setACL and any other stranger is refused") {
  for (const int32_t type : {14, 22, 7, 3, 12, 16, 20, 100, -1, -10, -11, 0, 4711}) {
    INFO("inner type " << type);
    const std::string stranger = jute::encoded(MultiHeader{type, false, -1}) + encoded({kDelete});
    CHECK_FALSE(ops_of(stranger));
  }
}

TEST_CASE("reads and writes do not mix") {
  CHECK(ops_of(encoded({kDelete, kDelete})));
  CHECK(ops_of(encoded({kGet, kGet})));
  CHECK_FALSE(ops_of(encoded({kDelete, kGet})));
  CHECK_FALSE(ops_of(encoded({kGet, kDelete})));
}

TEST_CASE("a multi without its closing header is refused at every length") {
  const std::string bytes = encoded({kDelete, kDelete});
  for (size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(ops_of(std::string_view(bytes).substr(0, size)));
  }
  CHECK(ops_of(bytes));
}

TEST_CASE("a length bomb in a multi is refused before memory is taken") {
  std::string bytes = encoded({MultiOp{OpCode::create, CreateRequest{"/a", "data", kOpen, 0}}});
  const size_t count_of_acl = 9 + 4 + 2 + 4 + 4;
  jute::store_int(bytes.data() + count_of_acl, INT32_MAX);
  tests::AllocationMeter meter;
  CHECK_FALSE(ops_of(bytes));
  CHECK(meter.largest() <= tests::fair_allocation(bytes.size(), kWidening));
}

TEST_CASE("generated multis survive the wire") {
  tests::Generator generator(1);
  for (int round = 0; round < 300; ++round) {
    const bool reads = generator.random().one_in(3);
    std::vector<MultiOp> ops;
    for (uint64_t left = generator.random().below(5); left > 0; --left) {
      ops.push_back(reads ? any_read(generator) : any_write(generator));
    }
    CHECK(ops_of(encoded(ops)) == ops);
    std::vector<MultiResult> results;
    for (uint64_t left = generator.random().below(5); left > 0; --left)
      results.push_back(any_result(generator));
    CHECK(results_of(encoded(results)) == results);
  }
}

TEST_CASE("spoiled multis are refused or read to the same value twice, at a fair price") {
  tests::Generator generator(2);
  for (int round = 0; round < 2000; ++round) {
    std::vector<MultiOp> ops;
    for (uint64_t left = generator.random().below(5); left > 0; --left) ops.push_back(any_write(generator));
    const std::string bytes = tests::spoiled(generator.random(), encoded(ops));
    tests::AllocationMeter meter;
    const auto read = ops_of(bytes);
    REQUIRE(meter.largest() <= tests::fair_allocation(bytes.size(), kWidening));
    if (read) REQUIRE(ops_of(encoded(*read)) == read);
  }
}
