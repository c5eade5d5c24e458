#include "client/tools/txn_forms.h"

#include <algorithm>

#include "client/shell/json_forms.h"
#include "client/shell/text_forms.h"
#include "client/wire.h"
#include "protocol/base/error_code.h"

namespace paddock::client::tools {
namespace {

using shell::Json;

std::string time_text(int64_t ms) {
  return fmt::format("{}.{:03}", shell::local_time_text(ms, "%Y-%m-%d %H:%M:%S"), ms % 1000);
}

bool is_printable(std::string_view bytes) {
  return shell::is_utf8(bytes) &&
         std::none_of(bytes.begin(), bytes.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// Text that is cut within a character is shown as digits, too.
std::string data_text(const jute::Buffer& data, size_t most) {
  if (data.is_null()) return "null";
  const std::string_view shown = data.view().substr(0, most);
  std::string text;
  if (is_printable(shown)) {
    text = fmt::format("\"{}\"", shown);
  } else {
    text = "#";
    for (const unsigned char byte : shown) text += fmt::format("{:02x}", byte);
  }
  if (shown.size() < data.size()) text += fmt::format("... ({} bytes)", data.size());
  return text;
}

std::string acl_line(const jute::Vector<client::Acl>& acl) {
  std::string text;
  for (const OwnedAcl& entry : wire::from_records(acl)) {
    text += fmt::format("{}{}:{}:{}", text.empty() ? "" : ",", entry.scheme, entry.id,
                        shell::permission_letters(entry.perms));
  }
  return text;
}

// What a strange one holds must not reach a terminal.
std::string path_text(const jute::Text& path) {
  return is_printable(path.view()) ? path.str() : data_text(path, SIZE_MAX);
}

std::string type_name(int32_t type) {
  return std::string(name_of(static_cast<OpCode>(type)));
}

template <class Create>
std::string created(const Create& txn, size_t most) {
  return fmt::format("{} {} acl {} parentCversion {}", path_text(txn.path), data_text(txn.data, most),
                     acl_line(txn.acl), txn.parent_cversion);
}

struct Text {
  size_t most;

  std::string operator()(const txn::ErrorTxn& txn) const {
    return fmt::format("{} {}", txn.err, name_of(static_cast<ErrorCode>(txn.err)));
  }
  std::string operator()(const txn::CreateSessionTxn& txn) const {
    return fmt::format("timeout {}", txn.timeout_ms);
  }
  std::string operator()(const txn::CloseSessionTxn& txn) const {
    std::string text;
    for (const jute::Text& path : txn.paths) text += (text.empty() ? "" : " ") + path_text(path);
    return text;
  }
  std::string operator()(const txn::BareCloseSessionTxn&) const { return {}; }
  std::string operator()(const txn::CreateTxn& txn) const {
    return created(txn, most) + (txn.ephemeral ? " ephemeral" : "");
  }
  std::string operator()(const txn::CreateContainerTxn& txn) const { return created(txn, most); }
  std::string operator()(const txn::CreateTtlTxn& txn) const {
    return fmt::format("{} ttl {}", created(txn, most), txn.ttl_ms);
  }
  std::string operator()(const txn::DeleteTxn& txn) const { return path_text(txn.path); }
  std::string operator()(const txn::SetDataTxn& txn) const {
    return fmt::format("{} {} version {}", path_text(txn.path), data_text(txn.data, most), txn.version);
  }
  std::string operator()(const txn::SetAclTxn& txn) const {
    return fmt::format("{} acl {} version {}", path_text(txn.path), acl_line(txn.acl), txn.version);
  }
  std::string operator()(const txn::CheckVersionTxn& txn) const {
    return fmt::format("{} version {}", path_text(txn.path), txn.version);
  }
  std::string operator()(const txn::MultiTxn& multi) const {
    std::string text;
    for (const txn::SubTxn& entry : multi.txns) {
      const auto body = txn::decode_sub_txn(entry);
      const std::string what = body.ok() ? std::visit(*this, *body) : body.fault().message;
      text += fmt::format("{}{} {}", text.empty() ? "" : "; ", type_name(entry.type), what);
    }
    return fmt::format("[{}]", text);
  }
};

struct Fields {
  Json& object;

  template <class Create>
  void create(const Create& txn) const {
    object["path"] = txn.path.view();
    shell::put_data(object, txn.data.view(), txn.data.is_null());
    object["acl"] = shell::acl_json(wire::from_records(txn.acl));
    object["parentCversion"] = txn.parent_cversion;
  }

  void operator()(const txn::ErrorTxn& txn) const {
    object["error"] = txn.err;
    object["errorName"] = name_of(static_cast<ErrorCode>(txn.err));
  }
  void operator()(const txn::CreateSessionTxn& txn) const { object["timeout"] = txn.timeout_ms; }
  void operator()(const txn::CloseSessionTxn& txn) const {
    object["paths"] = Json::array();
    for (const jute::Text& path : txn.paths) object["paths"].push_back(path.view());
  }
  void operator()(const txn::BareCloseSessionTxn&) const {}
  void operator()(const txn::CreateTxn& txn) const {
    create(txn);
    object["ephemeral"] = txn.ephemeral;
  }
  void operator()(const txn::CreateContainerTxn& txn) const { create(txn); }
  void operator()(const txn::CreateTtlTxn& txn) const {
    create(txn);
    object["ttl"] = txn.ttl_ms;
  }
  void operator()(const txn::DeleteTxn& txn) const { object["path"] = txn.path.view(); }
  void operator()(const txn::SetDataTxn& txn) const {
    object["path"] = txn.path.view();
    shell::put_data(object, txn.data.view(), txn.data.is_null());
    object["version"] = txn.version;
  }
  void operator()(const txn::SetAclTxn& txn) const {
    object["path"] = txn.path.view();
    object["acl"] = shell::acl_json(wire::from_records(txn.acl));
    object["version"] = txn.version;
  }
  void operator()(const txn::CheckVersionTxn& txn) const {
    object["path"] = txn.path.view();
    object["version"] = txn.version;
  }
  void operator()(const txn::MultiTxn& multi) const {
    object["txns"] = Json::array();
    for (const txn::SubTxn& entry : multi.txns) {
      Json part = {{"type", type_name(entry.type)}};
      if (const auto body = txn::decode_sub_txn(entry); body.ok()) std::visit(Fields{part}, *body);
      object["txns"].push_back(std::move(part));
    }
  }
};

}  // namespace

std::string txn_text(const txn::Txn& txn, size_t most_data) {
  const txn::TxnHeader& header = txn.header;
  std::string text = fmt::format("{} session 0x{:x} cxid 0x{:x} zxid 0x{:x} {}", time_text(header.time_ms),
                                 static_cast<uint64_t>(header.session_id), static_cast<uint32_t>(header.cxid),
                                 static_cast<uint64_t>(header.zxid), type_name(header.type));
  if (const std::string what = std::visit(Text{most_data}, txn.body); !what.empty()) text += " " + what;
  if (txn.digest) text += fmt::format(" digest 0x{:x}", static_cast<uint64_t>(txn.digest->tree_digest));
  return text;
}

Json txn_json(const txn::Txn& txn) {
  const txn::TxnHeader& header = txn.header;
  Json object = {{"zxid", shell::hex_text(header.zxid)},
                 {"time", header.time_ms},
                 {"session", shell::hex_text(header.session_id)},
                 {"cxid", header.cxid},
                 {"type", type_name(header.type)}};
  std::visit(Fields{object}, txn.body);
  if (txn.digest) object["digest"] = shell::hex_text(txn.digest->tree_digest);
  return object;
}

}  // namespace paddock::client::tools
