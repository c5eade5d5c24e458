#include "client/bench/frame_template.h"

#include <catch2/catch.hpp>

#include "client/bench/request_source.h"
#include "protocol/client/records.h"
#include "protocol/jute/codec.h"

namespace paddock::client::bench {
namespace {

// What a server would decode from one framed request.
template <class Record>
Record decode_request(const std::string& frame, int32_t xid, OpCode type) {
  jute::Reader reader(frame);
  CHECK(reader.read_int() == static_cast<int32_t>(frame.size() - 4));
  CHECK(reader.read_int() == xid);
  CHECK(reader.read_int() == static_cast<int32_t>(type));
  Record record;
  REQUIRE(jute::decode(reader, record));
  CHECK(reader.at_end());
  return record;
}

}  // namespace

TEST_CASE("a frame template yields the request that encoding it from scratch would") {
  const PathPattern pattern("/b/n/{5:1000}/{8:1}");
  std::string frame;
  read_frame(pattern).append(frame, 77, 1234567);
  const auto read = decode_request<PathWatchRequest>(frame, 77, OpCode::get_data);
  CHECK(read == PathWatchRequest{"/b/n/01234/01234567", false});

  frame.clear();
  write_frame(pattern, "data").append(frame, 1, 0);
  const auto write = decode_request<SetDataRequest>(frame, 1, OpCode::set_data);
  CHECK(write == SetDataRequest{"/b/n/00000/00000000", "data", -1});
  CHECK(pattern.path(99'999'999) == "/b/n/99999/99999999");
}

TEST_CASE("a range source asks for each number of its range once, then for nothing") {
  RangeSource source(remove_frame(PathPattern("/k{3:1}")), 5, 7, ErrorCode::no_node);
  std::string first, second, none;
  CHECK(source.append(first, 1));
  CHECK(source.append(second, 2));
  CHECK_FALSE(source.append(none, 3));
  CHECK(none.empty());
  CHECK(decode_request<DeleteRequest>(first, 1, OpCode::remove).path == "/k005");
  CHECK(decode_request<DeleteRequest>(second, 2, OpCode::remove).path == "/k006");
  CHECK(source.accepts(ErrorCode::no_node));
  CHECK_FALSE(source.accepts(ErrorCode::no_auth));
}

}  // namespace paddock::client::bench
