#include "client/bench/bench.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cmath>

#include "client/bench/driver.h"

namespace paddock::client::bench {
namespace {

constexpr double kWindow_s = 5;
constexpr double kWarmDifference = 0.05;

int64_t after_s(double seconds) {
  return clock_ns() + static_cast<int64_t>(seconds * 1e9);
}

struct CpuTime {
  double user_s = 0;
  double system_s = 0;
};

CpuTime own_cpu() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return {seconds(usage.ru_utime), seconds(usage.ru_stime)};
}

// Everything that the bench keeps in the tree, all below the root:
//   k<8 digits>                the keys that reads and writes choose from
//   n/<5 digits>/<8 digits>    --nodes, a thousand to a parent
//   c/<run>-<10 digits>        what --ops create makes; the run keeps two runs with --keep apart
struct Layout {
  explicit Layout(const BenchOptions& options)
      : root(options.servers.chroot + options.root),
        keys(root + "/k{8:1}"),
        group_of_nodes(root + "/n/{5:1}"),
        nodes(root + "/n/{5:1000}/{8:1}"),
        created(fmt::format("{}/c/{:x}-{{10:1}}", root, static_cast<uint64_t>(clock_ns()) >> 20)) {}

  std::string root;
  PathPattern keys;
  PathPattern group_of_nodes;
  PathPattern nodes;
  PathPattern created;
};

class Bench {
 public:
  Bench(const BenchOptions& options, Driver& driver)
      : options_(options),
        driver_(driver),
        layout_(options),
        data_(static_cast<size_t>(options.size), 'x'),
        load_(options, layout_.keys, layout_.created, data_, static_cast<uint64_t>(clock_ns())) {
    report_.options = options;
  }

  Result<Report> run() {
    if (auto prepared = prepare(); !prepared) return prepared.fault();
    if (options_.duration_s > 0) {
      if (auto warm = warm_up(); !warm) return warm.fault();
      if (auto measured = measure(); !measured) return measured.fault();
    }
    if (!options_.keep) {
      if (auto cleaned = clean_up(); !cleaned) return cleaned.fault();
    }
    return report_;
  }

 private:
  bool uses_keys() const { return options_.ops != Ops::create && options_.duration_s > 0; }
  int64_t group_count() const { return (options_.nodes + 999) / 1000; }

  // One phase, to its end; `what` names it in the fault when a request failed.
  Status phase(RequestSource&& source, std::string_view what) {
    driver_.counters() = Counters();
    if (auto ran = driver_.run(source); !ran) return ran;
    const Counters& counters = driver_.counters();
    if (counters.errors == 0) return ok_status();
    return make_fault("{} failed {} times, first with {}", what, counters.errors,
                      paddock::name_of(counters.first_error));
  }
  Status create_range(const PathPattern& pattern, std::string_view data, int64_t count) {
    return phase(RangeSource(create_frame(pattern, data), 0, count, ErrorCode::node_exists),
                 fmt::format("creating {}", pattern.zeros));
  }
  Status remove_range(const PathPattern& pattern, int64_t count) {
    return phase(RangeSource(remove_frame(pattern), 0, count, ErrorCode::no_node),
                 fmt::format("deleting {}", pattern.zeros));
  }
  Status create_one(const std::string& path) { return create_range(PathPattern(path), "", 1); }

  Status prepare() {
    for (const std::string& path : {layout_.root, layout_.root + "/n", layout_.root + "/c"}) {
      if (auto created = create_one(path); !created) return created;
    }
    if (uses_keys()) {
      if (auto created = create_range(layout_.keys, data_, options_.keys); !created) return created;
    }
    if (options_.nodes == 0) return ok_status();
    if (auto created = create_range(layout_.group_of_nodes, "", group_count()); !created) return created;
    const int64_t start_ns = clock_ns();
    if (auto created = create_range(layout_.nodes, data_, options_.nodes); !created) return created;
    report_.nodes_per_s =
        static_cast<double>(options_.nodes) * 1e9 / static_cast<double>(clock_ns() - start_ns);
    return ok_status();
  }

  Status warm_up() {
    auto& windows = report_.warmup_ops_per_s;
    report_.warm = options_.warmup_cap_s <= 0;
    for (double spent = 0; !report_.warm && spent + kWindow_s <= options_.warmup_cap_s; spent += kWindow_s) {
      driver_.counters() = Counters();
      const int64_t start_ns = clock_ns();
      if (auto ran = driver_.run(load_, after_s(kWindow_s)); !ran) return ran;
      const double seconds = static_cast<double>(clock_ns() - start_ns) / 1e9;
      windows.push_back(static_cast<double>(driver_.counters().latency.count()) / seconds);
      if (windows.size() < 2) continue;
      const double before = windows[windows.size() - 2];
      report_.warm = std::abs(windows.back() - before) < kWarmDifference * before;
    }
    return ok_status();
  }

  Status measure() {
    driver_.counters() = Counters();
    const CpuTime cpu_before = own_cpu();
    const int64_t start_ns = clock_ns();
    if (auto ran = driver_.run(load_, after_s(options_.duration_s)); !ran) return ran;
    report_.seconds = static_cast<double>(clock_ns() - start_ns) / 1e9;
    report_.own_user_cpu_s = own_cpu().user_s - cpu_before.user_s;
    report_.own_system_cpu_s = own_cpu().system_s - cpu_before.system_s;
    report_.latency = driver_.counters().latency;
    report_.errors = driver_.counters().errors;
    report_.first_error = driver_.counters().first_error;
    return driver_.drain(load_);
  }

  Status clean_up() {
    struct Range {
      PathPattern pattern;
      int64_t count;
    };
    const Range ranges[] = {{layout_.created, load_.created()},
                            {layout_.keys, uses_keys() ? options_.keys : 0},
                            {layout_.nodes, options_.nodes},
                            {layout_.group_of_nodes, group_count()}};
    for (const Range& range : ranges) {
      if (auto removed = remove_range(range.pattern, range.count); !removed) return removed;
    }
    // Not ours alone: another bench may still have nodes here.
    for (const std::string& path : {layout_.root + "/n", layout_.root + "/c", layout_.root}) {
      driver_.counters() = Counters();
      RangeSource source(remove_frame(PathPattern(path)), 0, 1, ErrorCode::not_empty);
      if (auto ran = driver_.run(source); !ran) return ran;
    }
    return ok_status();
  }

  const BenchOptions& options_;
  Driver& driver_;
  Layout layout_;
  std::string data_;
  LoadSource load_;
  Report report_;
};

}  // namespace

Result<Report> run_bench(const BenchOptions& options) {
  auto driver = Driver::connect(options);
  if (!driver) return driver.fault();
  auto report = Bench(options, *driver.value()).run();
  if (report) driver.value()->close_sessions();
  return report;
}

}  // namespace paddock::client::bench
