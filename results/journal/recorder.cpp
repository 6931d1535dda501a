// Runs two threads beside the fits': one makes records durable, one compresses their curves and
// rebuilds the HDF5 file now and then, so that no record waits for that. File formats are
// journal.cpp's and hdf5/'s.
#include "results/journal/recorder.hpp"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "results/files/atomic_file.hpp"
#include "results/files/own_files.hpp"
#include "results/hdf5/write.hpp"
#include "results/journal/journal.hpp"
#include "results/journal/read_results.hpp"
#include "results/journal/rebuild_budget.hpp"
#include "results/record_grid.hpp"

namespace mlpgrid {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kRebuildCheck{500};
// How long a record may wait for others that share its fsync.
constexpr std::chrono::milliseconds kGather{20};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void refuse_foreign(const std::filesystem::path& output) {
  std::error_code none;
  const auto size = std::filesystem::file_size(output, none);
  if (none || size == 0 || is_results_file(output)) return;
  throw std::runtime_error(
      fmt::format("{} is there and is not a results file of mlpgrid, so no run replaces it: name "
                  "another output with -o; if it is what is left of a damaged one, remove it",
                  output.string()));
}

// Estimates how many bytes the record adds to the file.
std::size_t payload_bytes(const FitRecord& record) {
  std::size_t values = 32;
  for (const FitCurve& curve : kFitCurves) values += (record.*curve.values).size();
  values += record.map.size() + record.reconstructions.size();
  if (record.trace) values += record.trace->parameters.size();
  if (record.model) {
    for (const auto& weights : record.model->weights) values += weights.size();
  }
  return values * sizeof(double) + record.confusion.size() * sizeof(ClassPair);
}

// Takes as many records from the front as are written at once, at least one.
std::vector<FitRecord> first_batch(std::vector<FitRecord>& queue) {
  std::size_t bytes = 0;
  auto end = queue.begin();
  do {
    bytes += payload_bytes(*end);
  } while (++end != queue.end() && bytes < kBatchBytes);
  std::vector<FitRecord> batch(std::make_move_iterator(queue.begin()),
                               std::make_move_iterator(end));
  queue.erase(queue.begin(), end);
  return batch;
}

Journal::Existing existing_rule(OutputMode mode) {
  switch (mode) {
    case OutputMode::create:
      return Journal::Existing::refuse;
    case OutputMode::force:
      return Journal::Existing::replace;
    case OutputMode::resume:
      return Journal::Existing::resume;
  }
  throw std::invalid_argument("unknown output mode");
}

}  // namespace

struct Recorder::Impl {
  std::filesystem::path output;
  RunDescription run;
  Environment environment;
  std::function<void(const FitRecord&)> on_durable;
  int threads = 1;                 // for building the file when no fit runs any more
  std::optional<Journal> journal;  // none when the run is complete already
  bool has_older = false;          // an older run stays until a record of this one is durable
  std::vector<FitRecord> resumed;
  ResultsFile results;  // once the run is complete

  mutable std::mutex mutex;
  std::condition_variable_any changed;
  std::condition_variable_any builder_sleeps;
  std::vector<FitRecord> queue;   // submitted, not being written yet
  std::size_t in_flight = 0;      // taken from the queue by the writer
  std::deque<FitRecord> durable;  // a deque, because addresses must stay valid
  std::size_t taken = 0;          // so many of `durable` have moved their curves to `curves`
  std::vector<const FitRecord*> all_durable;  // resumed and durable
  std::size_t bytes = 0;                      // payload_bytes of all_durable
  std::exception_ptr error;
  bool closed = false;
  bool somebody_waits = false;  // flush() waits: the writer does not gather records

  // Used by the builder thread, and by others only after they have joined it.
  std::optional<CurveChunks> curves;

  std::jthread writer;   // writes the journal
  std::jthread builder;  // builds the HDF5 file

  void open(OutputMode mode);
  void adopt_finished();
  void enter(const FitRecord& record);
  void take_curves();
  void write_loop(const std::stop_token& stop);
  void write_batch(std::vector<FitRecord> batch);
  void build_loop(const std::stop_token& stop);
  std::optional<ResultsFile> build(int on_threads, const std::stop_token& stop);
  void keep_error();
  void rethrow_error() const;
  void stop_threads();
  void wait_until_durable();
  void close();
};

void Recorder::Impl::open(OutputMode mode) {
  check_run(run);
  check_run_output(output, mode);
  const std::filesystem::path journal_file = journal_of(output);
  const auto has_output = [&] { return std::filesystem::exists(output); };
  if (mode == OutputMode::resume && has_output() && !journal_exists(journal_file)) {
    return adopt_finished();
  }

  journal.emplace(journal_file, RunHead{run, environment}, existing_rule(mode));
  // Another process may have finished this run before the lock was taken: look again.
  if (mode != OutputMode::force && has_output() && journal->is_new()) {
    journal->remove();
    journal.reset();
    check_run_output(output, mode);
    return adopt_finished();
  }
  has_older = mode == OutputMode::force && (has_output() || journal->keeps_older());
  remove_stale_temporaries(journal_file);
  resumed = journal->take_records();
  curves.emplace(run);
  for (const FitRecord& record : resumed) {
    check_record(run, record);
    enter(record);
    curves->add(record);
  }
  writer = std::jthread([this](const std::stop_token& stop) { write_loop(stop); });
  builder = std::jthread([this](const std::stop_token& stop) { build_loop(stop); });
}

// Takes over a RUN.h5 without a journal: nothing can be resumed, but if it is the complete result
// of this run nothing is left to do. Throws otherwise.
void Recorder::Impl::adopt_finished() {
  try {
    results = read_results(output);
  } catch (const std::runtime_error& unreadable) {
    throw std::runtime_error(fmt::format(
        "{}; it cannot be resumed: name another output with -o, or replace it with --force",
        unreadable.what()));
  }
  const std::string difference =
      identity_difference(output, identity_of(results.run), identity_of(run));
  if (!difference.empty()) throw std::runtime_error(difference);
  if (!results.complete) {
    throw std::runtime_error(fmt::format(
        "{0} is incomplete and its journal {0}.journal is gone: start anew with --force",
        output.string()));
  }
  closed = true;
}

// Counts a record as durable. The caller holds the mutex, or no thread runs yet.
void Recorder::Impl::enter(const FitRecord& record) {
  all_durable.push_back(&record);
  bytes += payload_bytes(record);
}

// The caller holds the mutex.
void Recorder::Impl::take_curves() {
  for (; taken < durable.size(); ++taken) curves->take(durable[taken]);
}

void Recorder::Impl::keep_error() {
  const std::scoped_lock lock(mutex);
  if (!error) error = std::current_exception();
  changed.notify_all();
}

void Recorder::Impl::rethrow_error() const {
  if (error) std::rethrow_exception(error);
}

void Recorder::Impl::write_loop(const std::stop_token& stop) {
  try {
    for (;;) {
      std::vector<FitRecord> batch;
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, stop, [&] { return !queue.empty(); });
        if (queue.empty()) return;
        changed.wait_for(lock, stop, kGather, [&] { return somebody_waits; });
        batch = first_batch(queue);
        in_flight = batch.size();
      }
      write_batch(std::move(batch));
    }
  } catch (...) {
    keep_error();
  }
}

// Many short fits share one fsync: a record waits for it at most kGather and the fsync before it.
void Recorder::Impl::write_batch(std::vector<FitRecord> batch) {
  journal->append(batch);
  std::vector<const FitRecord*> entered;
  {
    const std::scoped_lock lock(mutex);
    for (FitRecord& record : batch) {
      enter(durable.emplace_back(std::move(record)));
      entered.push_back(&durable.back());
    }
  }
  if (on_durable) {
    for (const FitRecord* record : entered) on_durable(*record);
  }
  const std::scoped_lock lock(mutex);
  in_flight = 0;
  changed.notify_all();
  builder_sleeps.notify_all();
}

void Recorder::Impl::build_loop(const std::stop_token& stop) {
  const Clock::time_point start = Clock::now();
  RebuildBudget budget;
  std::size_t built = resumed.size();
  try {
    for (;;) {
      std::size_t size = 0;
      std::size_t count = 0;
      {
        std::unique_lock lock(mutex);
        builder_sleeps.wait_for(lock, stop, kRebuildCheck, [&] { return taken < durable.size(); });
        if (stop.stop_requested()) return;
        take_curves();
        size = bytes;
        count = all_durable.size();
      }
      curves->compress_whole(stop);
      if (count == built || !budget.allows(seconds_since(start), size)) continue;
      built = count;
      const Clock::time_point begin = Clock::now();
      if (!build(1, stop)) return;
      budget.spent(seconds_since(begin), size);
    }
  } catch (...) {
    keep_error();
  }
}

// Builds the file and returns what it holds; nothing when `stop` was requested first.
std::optional<ResultsFile> Recorder::Impl::build(int on_threads, const std::stop_token& stop) {
  std::vector<const FitRecord*> records;
  {
    const std::scoped_lock lock(mutex);
    records = all_durable;
    take_curves();
  }
  refuse_foreign(output);  // a foreign file may have appeared since the start
  const RecordGrid grid = arrange(run, records);
  ResultsFile collected = collect_results(run, environment, grid);
  if (!write_results(output, collected, grid, *curves, on_threads, stop)) return std::nullopt;
  return collected;
}

void Recorder::Impl::stop_threads() {
  builder.request_stop();
  writer.request_stop();
  if (builder.joinable()) builder.join();
  if (writer.joinable()) writer.join();
}

void Recorder::Impl::wait_until_durable() {
  std::unique_lock lock(mutex);
  somebody_waits = true;
  changed.notify_all();
  changed.wait(lock, [&] { return error || (queue.empty() && in_flight == 0); });
  somebody_waits = false;
  rethrow_error();
}

void Recorder::Impl::close() {
  wait_until_durable();
  stop_threads();
  rethrow_error();
}

void check_run_output(const std::filesystem::path& output, OutputMode mode) {
  check_output_folder(output);
  const std::filesystem::path journal = journal_of(output);
  const bool has_journal = journal_exists(journal);
  if (has_journal && !is_journal(journal)) {
    throw std::runtime_error(fmt::format(
        "{} is there and is not the journal of a run, which would have to lie there: name another "
        "output with -o",
        journal.string()));
  }
  std::error_code none;
  if (!std::filesystem::exists(output, none)) return;
  refuse_foreign(output);
  if (mode == OutputMode::create && !has_journal) {
    throw std::runtime_error(
        fmt::format("{} exists already; --force replaces it, -o names another file, --resume goes "
                    "on where it stopped",
                    output.string()));
  }
}

Recorder::Recorder(std::filesystem::path output, RunDescription run, Environment environment,
                   OutputMode mode, std::function<void(const FitRecord&)> on_durable, int threads)
    : impl_(std::make_unique<Impl>()) {
  impl_->output = std::move(output);
  impl_->run = std::move(run);
  impl_->environment = std::move(environment);
  impl_->on_durable = std::move(on_durable);
  impl_->threads = threads;
  impl_->open(mode);
}

Recorder::~Recorder() {
  if (impl_->closed) return;
  try {
    try {
      impl_->close();
    } catch (...) {
      impl_->stop_threads();
      throw;
    }
    if (impl_->all_durable.empty()) {
      impl_->journal->remove();  // nothing was done: leave nothing behind
    } else {
      impl_->build(impl_->threads, {});
    }
  } catch (...) {
    // Every durable record is in the journal; whoever needs to know of errors calls flush().
  }
}

bool Recorder::already_complete() const { return !impl_->journal; }

const std::vector<FitRecord>& Recorder::resumed() const { return impl_->resumed; }

std::string Recorder::damage() const { return impl_->journal ? impl_->journal->damage() : ""; }

std::size_t Recorder::n_durable() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->all_durable.size();
}

void Recorder::submit(FitRecord record) {
  check_record(impl_->run, record);
  const std::scoped_lock lock(impl_->mutex);
  impl_->rethrow_error();
  if (impl_->closed) throw std::logic_error("submit() after the run was closed");
  impl_->queue.push_back(std::move(record));
  // Wake the writer only for the first record: while it gathers, each wake-up would interrupt a
  // fit.
  if (impl_->queue.size() == 1) impl_->changed.notify_all();
}

void Recorder::flush() {
  if (!impl_->closed) impl_->wait_until_durable();
}

std::int32_t Recorder::config_to_refit() const {
  const std::scoped_lock lock(impl_->mutex);
  const std::int32_t best = arrange(impl_->run, impl_->all_durable).best_config(impl_->run);
  return best < 0 ? best : impl_->run.alias_of[static_cast<std::size_t>(best)];
}

const ResultsFile& Recorder::finish() {
  if (impl_->closed) return impl_->results;
  impl_->close();
  if (!arrange(impl_->run, impl_->all_durable).complete(impl_->run)) {
    throw std::logic_error("finish() before every fit was recorded");
  }
  impl_->results = impl_->build(impl_->threads, {}).value();
  impl_->journal->remove();
  impl_->closed = true;
  return impl_->results;
}

bool Recorder::stop_incomplete() {
  if (impl_->closed) return true;
  impl_->close();
  const bool older_stays = impl_->has_older && impl_->all_durable.empty();
  if (older_stays) {
    impl_->journal->remove();
  } else {
    if (impl_->journal->is_new()) impl_->journal->append({});
    impl_->build(impl_->threads, {});
  }
  impl_->closed = true;
  return !older_stays;
}

}  // namespace mlpgrid
