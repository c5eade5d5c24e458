#include "tests/sim/reply_checker.h"

#include <algorithm>
#include <string>
#include <vector>

#include "protocol/jute/codec.h"
#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

using client::OpCode;

void check_write(const Chronicle& chronicle, SessionId session, const Operation& asked, const Answer& heard) {
  require(heard.zxid > asked.floor, "C1",
          "{} {} was answered with {}, and {} had been answered before it was asked",
          client::name_of(asked.type), asked.path, text(heard.zxid), text(asked.floor));
  const Committed* entry = chronicle.find(heard.zxid);
  require(entry != nullptr, "C1", "{} {} was answered with {}, which was not committed",
          client::name_of(asked.type), asked.path, text(heard.zxid));
  require(entry->session == session, "C1", "{} {} was answered with {}, which is of session {:#x}",
          client::name_of(asked.type), asked.path, text(heard.zxid), entry->session.value);
  require(entry->type == asked.type || entry->type == OpCode::error, "C1",
          "{} was answered with {}, which is a {}", client::name_of(asked.type), text(heard.zxid),
          client::name_of(entry->type));
  require(entry->err == heard.err, "C1", "{} {} at {} was answered {} instead of {}",
          client::name_of(asked.type), asked.path, text(heard.zxid), static_cast<int>(heard.err),
          static_cast<int>(entry->err));
  require(heard.err != ErrorCode::ok || entry->body == heard.body, "C1",
          "{} {} at {}: the reply's body is not what the log gives", client::name_of(asked.type), asked.path,
          text(heard.zxid));
}

void check_stat(const Operation& asked, const Answer& heard, const client::Stat& found,
                const client::Stat& expected) {
  require(found == expected, "C3",
          "{} {} at {}: mzxid {:#x} pzxid {:#x} version {} cversion {} children {}; the log gives {:#x} "
          "{:#x} {} {} {}",
          client::name_of(asked.type), asked.path, text(heard.zxid), found.mzxid, found.pzxid, found.version,
          found.cversion, found.num_children, expected.mzxid, expected.pzxid, expected.version,
          expected.cversion, expected.num_children);
}

void check_children(const Chronicle& chronicle, const Operation& asked, const Answer& heard,
                    const client::Vector<client::Text>& listed) {
  std::vector<std::string> names;
  for (const client::Text& name : listed) names.push_back(name.str());
  std::sort(names.begin(), names.end());
  require(names == chronicle.children(asked.path, heard.zxid), "C3",
          "{} {} at {}: {} children, not those of the log", client::name_of(asked.type), asked.path,
          text(heard.zxid), names.size());
}

template <class Record>
Record body_of(const Operation& asked, const Answer& heard) {
  const auto record = jute::decoded<Record>(heard.body);
  require(record.has_value(), "C3", "{} {}: a reply of {} bytes cannot be read", client::name_of(asked.type),
          asked.path, heard.body.size());
  return *record;
}

void check_read(const Chronicle& chronicle, const Operation& asked, const Answer& heard) {
  const bool committed = chronicle.find(heard.zxid) != nullptr || heard.zxid == chronicle.begin();
  require(heard.zxid.counter() == 0 || committed, "C3", "{} {} was answered at {}, which was not committed",
          client::name_of(asked.type), asked.path, text(heard.zxid));
  const auto stat = chronicle.stat(asked.path, heard.zxid);
  // Whether rightly so is C13.
  if (stat && heard.err == ErrorCode::no_auth) return;
  const ErrorCode expected = stat ? ErrorCode::ok : ErrorCode::no_node;
  require(heard.err == expected, "C3", "{} {} at {} was answered {} instead of {}",
          client::name_of(asked.type), asked.path, text(heard.zxid), static_cast<int>(heard.err),
          static_cast<int>(expected));
  if (!stat) return;
  if (asked.type == OpCode::exists) {
    check_stat(asked, heard, body_of<client::StatResponse>(asked, heard).stat, *stat);
  } else if (asked.type == OpCode::get_data) {
    const auto reply = body_of<client::GetDataResponse>(asked, heard);
    check_stat(asked, heard, reply.stat, *stat);
    require(reply.data.view() == chronicle.node(asked.path, heard.zxid)->data, "C3",
            "{} at {} has other data", asked.path, text(heard.zxid));
  } else if (asked.type == OpCode::get_children) {
    check_children(chronicle, asked, heard, body_of<client::GetChildrenResponse>(asked, heard).children);
  } else if (asked.type == OpCode::get_children2) {
    const auto reply = body_of<client::GetChildren2Response>(asked, heard);
    check_stat(asked, heard, reply.stat, *stat);
    check_children(chronicle, asked, heard, reply.children);
  }
}

}  // namespace

void check_reply(const Chronicle& chronicle, SessionId session, const Operation& asked, const Answer& heard) {
  if (asked.type == OpCode::sync) {
    require(heard.zxid >= asked.floor, "C10", "a sync was answered at {}, and {} had been answered before it",
            text(heard.zxid), text(asked.floor));
  } else if (is_write(asked.type)) {
    check_write(chronicle, session, asked, heard);
  } else {
    check_read(chronicle, asked, heard);
  }
}

}  // namespace paddock::sim
