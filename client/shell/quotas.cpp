// setquota, listquota and delquota: limits of a subtree, kept in nodes below /zookeeper/quota.
#include "client/shell/quota_text.h"
#include "client/shell/shell.h"
#include "client/shell/subtree.h"
#include "client/shell/text_forms.h"
#include "protocol/base/paths.h"

namespace paddock::client::shell {
namespace {

constexpr const char* kQuotaRoot = "/zookeeper/quota";

std::string limits_path(const std::string& path) {
  return kQuotaRoot + path + "/zookeeper_limits";
}
std::string stats_path(const std::string& path) {
  return kQuotaRoot + path + "/zookeeper_stats";
}

ErrorCode create(Shell& shell, const std::string& path, const std::string& data) {
  return shell.zk()
      .call<Created>(
          [=](Client& client, Callback<Created> done) { client.create(path, data, {}, std::move(done)); })
      .err;
}

ErrorCode remove(Shell& shell, const std::string& path) {
  return shell.zk()
      .call<Nothing>(
          [path](Client& client, Callback<Nothing> done) { client.remove(path, -1, std::move(done)); })
      .err;
}

// Creates what is missing of /zookeeper/quota<path>.
ErrorCode create_parents(Shell& shell, const std::string& path) {
  const std::string whole = kQuotaRoot + path;
  for (size_t end = std::string_view(kQuotaRoot).size(); end != std::string::npos;
       end = whole.find('/', end + 1)) {
    const ErrorCode err = create(shell, whole.substr(0, end), "");
    if (err != ErrorCode::ok && err != ErrorCode::node_exists) return err;
  }
  const ErrorCode err = create(shell, whole, "");
  return err == ErrorCode::node_exists ? ErrorCode::ok : err;
}

// A quota inside of a quota is one that ZooKeeper would not count. What forbids one here; empty for nothing.
std::string other_quota(Shell& shell, const std::string& path) {
  for (std::string_view above = parent_path(path); above != "/"; above = parent_path(above)) {
    const std::string ancestor(above);
    if (shell.zk().get(limits_path(ancestor)))
      return fmt::format("{} has a parent {} which has a quota", path, ancestor);
  }
  const auto below = list_subtree(shell.zk(), kQuotaRoot + path);
  if (!below) return std::string();
  for (const std::string& node : below.value) {
    if (!node.ends_with("/zookeeper_limits") || node == limits_path(path)) continue;
    const std::string_view child = parent_path(node).substr(std::string_view(kQuotaRoot).size());
    return fmt::format("{} has a child {} which has a quota", path, child);
  }
  return std::string();
}

// The limit that a flag means.
int64_t& limit_of(QuotaText& quota, char flag) {
  switch (flag) {
    case 'n':
      return quota.count;
    case 'b':
      return quota.bytes;
    case 'N':
      return quota.count_hard;
    default:
      return quota.bytes_hard;
  }
}
constexpr std::string_view kFlags = "nbNB";

ExitCode store(Shell& shell, const std::string& path, const QuotaText& quota, bool existed) {
  if (existed) {
    const auto set = shell.zk().call<Stat>([=](Client& client, Callback<Stat> done) {
      client.set(limits_path(path), quota.str(), -1, std::move(done));
    });
    return set ? ExitCode::ok : shell.refuse(set.err, path);
  }
  ErrorCode err = create_parents(shell, path);
  if (err == ErrorCode::ok) err = create(shell, limits_path(path), quota.str());
  if (err == ErrorCode::ok) err = create(shell, stats_path(path), "count=0,bytes=0");
  return err == ErrorCode::ok ? ExitCode::ok : shell.refuse(err, path);
}

ExitCode set_quota(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  if (is_at_or_below(path, "/zookeeper") || path == "/")
    return shell.wrong_usage("setquota: no quota on " + path);
  const auto node = shell.zk().exists(path);
  if (!node) return shell.refuse(node.err, path);
  const std::string other = other_quota(shell, path);
  if (!other.empty()) return shell.fail(ExitCode::refused, other);
  const auto current = shell.zk().get(limits_path(path));
  QuotaText quota = QuotaText::parse(current.value.data);
  bool any = false;
  for (const char flag : kFlags) {
    const auto value = arguments.number(std::string{'-', flag});
    if (!value) return shell.wrong_usage("setquota: " + value.fault().message);
    if (*value) limit_of(quota, flag) = **value;
    any = any || value->has_value();
  }
  if (!any) return shell.wrong_usage("setquota: say what to limit: -n, -b, -N or -B");
  return store(shell, path, quota, current.err == ErrorCode::ok);
}

// Without what is not limited.
Json quota_json(const QuotaText& quota) {
  Json object = Json::object();
  const auto add = [&](const char* key, int64_t value) {
    if (value >= 0) object[key] = value;
  };
  add("count", quota.count);
  add("bytes", quota.bytes);
  add("countHard", quota.count_hard);
  add("bytesHard", quota.bytes_hard);
  return object;
}

ExitCode list_quota(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  shell.complain("absolute path is " + limits_path(path));
  const auto limits = shell.zk().get(limits_path(path));
  if (limits.err == ErrorCode::no_node) {
    return shell.fail(ExitCode::refused, "quota for " + path + " does not exist.");
  }
  if (!limits) return shell.refuse(limits.err, path);
  const auto stats = shell.zk().get(stats_path(path));
  if (!stats) return shell.refuse(stats.err, path);
  shell.out().show(fmt::format("Output quota for {} {}\nOutput stat for {} {}", path, limits.value.data, path,
                               stats.value.data),
                   {{"path", path},
                    {"limits", quota_json(QuotaText::parse(limits.value.data))},
                    {"used", quota_json(QuotaText::parse(stats.value.data))}});
  return ExitCode::ok;
}

// Deletes the quota's nodes, and the parents that are empty then.
ExitCode drop(Shell& shell, const std::string& path) {
  for (const std::string& node : {limits_path(path), stats_path(path)}) {
    const ErrorCode err = remove(shell, node);
    if (err != ErrorCode::ok && err != ErrorCode::no_node) return shell.refuse(err, path);
  }
  std::string node = kQuotaRoot + path;
  while (node != kQuotaRoot && remove(shell, node) == ErrorCode::ok) node = std::string(parent_path(node));
  return ExitCode::ok;
}

ExitCode delete_quota(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  const auto limits = shell.zk().get(limits_path(path));
  if (limits.err == ErrorCode::no_node) {
    return shell.fail(ExitCode::refused, "Quota does not exist for " + path);
  }
  if (!limits) return shell.refuse(limits.err, path);
  QuotaText quota = QuotaText::parse(limits.value.data);
  bool any = false;
  for (const char flag : kFlags) {
    if (!arguments.has(std::string{'-', flag})) continue;
    limit_of(quota, flag) = -1;
    any = true;
  }
  return any ? store(shell, path, quota, true) : drop(shell, path);
}

}  // namespace

Family quota_commands() {
  return {"Quotas",
          {{
               .name = "setquota",
               .parameters = "PATH",
               .summary = "limit a subtree",
               .flags = {{"-n", "COUNT", "nodes: more are logged"},
                         {"-b", "BYTES", "bytes of data: more are logged"},
                         {"-N", "COUNT", "nodes: more are refused, if the server enforces quotas"},
                         {"-B", "BYTES", "bytes of data: more are refused, likewise"}},
               .examples = {"setquota -n 1000 /app"},
               .least = 1,
               .most = 1,
               .run = set_quota,
           },
           {
               .name = "listquota",
               .parameters = "PATH",
               .summary = "print the limits of a subtree, and its use",
               .least = 1,
               .most = 1,
               .run = list_quota,
           },
           {
               .name = "delquota",
               .parameters = "PATH",
               .summary = "remove the limits of a subtree",
               .flags = {{"-n", "", "only this one"},
                         {"-b", "", "only this one"},
                         {"-N", "", "only this one"},
                         {"-B", "", "only this one"}},
               .least = 1,
               .most = 1,
               .run = delete_quota,
           }}};
}

}  // namespace paddock::client::shell
