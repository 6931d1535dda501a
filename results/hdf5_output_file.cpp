// The callbacks of HDF5's virtual file layer. They are called from C: none may throw.
#include "results/hdf5_output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <utility>

#include "results/atomic_file.hpp"

namespace mlpgrid::hdf5 {

struct OutputFile::Driver {
  struct File {
    H5FD_t base;  // first: HDF5 casts
    OutputFile* output;
    haddr_t allocated;
    haddr_t end;
  };

  static File* of(H5FD_t* file) { return reinterpret_cast<File*>(file); }
  static const File* of(const H5FD_t* file) { return reinterpret_cast<const File*>(file); }

  static H5FD_t* open(const char*, unsigned, hid_t access, haddr_t) {
    const auto* output = static_cast<OutputFile* const*>(H5Pget_driver_info(access));
    if (output == nullptr) return nullptr;
    struct stat info {};
    if (::fstat((*output)->fd_, &info) != 0) return nullptr;
    auto* file = new (std::nothrow) File{{}, *output, 0, static_cast<haddr_t>(info.st_size)};
    return file == nullptr ? nullptr : &file->base;
  }

  static herr_t close(H5FD_t* file) {
    delete of(file);
    return 0;
  }

  // Lets HDF5 gather small writes.
  static herr_t query(const H5FD_t*, unsigned long* features) {
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
                H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
  }

  static haddr_t get_eoa(const H5FD_t* file, H5FD_mem_t) { return of(file)->allocated; }

  static herr_t set_eoa(H5FD_t* file, H5FD_mem_t, haddr_t address) {
    of(file)->allocated = address;
    return 0;
  }

  static haddr_t get_eof(const H5FD_t* file, H5FD_mem_t) { return of(file)->end; }

  // What was never written, or could not be, is zero.
  static herr_t read(H5FD_t* base, H5FD_mem_t, hid_t, haddr_t address, std::size_t size,
                     void* buffer) {
    OutputFile& output = *of(base)->output;
    auto* bytes = static_cast<std::byte*>(buffer);
    while (size > 0) {
      const ssize_t got = ::pread(output.fd_, bytes, size, static_cast<off_t>(address));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) output.failed();
      if (got <= 0) break;
      const auto count = static_cast<std::size_t>(got);
      bytes += count;
      address += count;
      size -= count;
    }
    std::memset(bytes, 0, size);
    return 0;
  }

  static herr_t write(H5FD_t* base, H5FD_mem_t, hid_t, haddr_t address, std::size_t size,
                      const void* buffer) {
    File& file = *of(base);
    file.end = std::max(file.end, address + size);
    const Piece piece{address, {static_cast<const std::byte*>(buffer), size}};
    std::span<const std::byte>& lent = file.output->lent_;
    if (size > 0 && piece.bytes.data() == lent.data() && size == lent.size()) {
      lent = {};
      try {
        file.output->put_off_.push_back(piece);
        return 0;
      } catch (const std::bad_alloc&) {
        // Then now.
      }
    }
    file.output->write(piece);
    return 0;
  }

  static herr_t truncate(H5FD_t* base, hid_t, hbool_t) {
    File& file = *of(base);
    if (file.end == file.allocated) return 0;
    if (uninterrupted(::ftruncate, file.output->fd_, static_cast<off_t>(file.allocated)) != 0) {
      file.output->failed();
    }
    file.end = file.allocated;
    return 0;
  }

  static Handle make() {
    H5FD_class_t driver{};
#ifdef H5FD_CLASS_VERSION
    driver.version = H5FD_CLASS_VERSION;
    driver.value = H5_VFD_RESERVED + 1;
#endif
    driver.name = "mlpgrid output";
    driver.maxaddr = static_cast<haddr_t>(std::numeric_limits<off_t>::max());
    driver.fc_degree = H5F_CLOSE_WEAK;
    driver.fapl_size = sizeof(OutputFile*);
    driver.open = open;
    driver.close = close;
    driver.query = query;
    driver.get_eoa = get_eoa;
    driver.set_eoa = set_eoa;
    driver.get_eof = get_eof;
    driver.read = read;
    driver.write = write;
    driver.truncate = truncate;
    const H5FD_mem_t kinds[] = H5FD_FLMAP_DICHOTOMY;
    std::ranges::copy(kinds, driver.fl_map);
    return {H5FDregister(&driver), H5FDunregister, "register a file driver"};
  }
};

OutputFile::OutputFile(int fd, std::filesystem::path name)
    : fd_(fd), name_(std::move(name)), driver_(Driver::make()) {}

void OutputFile::use_in(const Handle& access) {
  OutputFile* self = this;
  hdf5::check(H5Pset_driver(access.id(), driver_.id(), &self), "set the file driver");
}

void OutputFile::failed() noexcept {
  int none = 0;
  error_.compare_exchange_strong(none, errno);
}

void OutputFile::write(const Piece& piece) noexcept {
  auto at = static_cast<off_t>(piece.address);
  for (std::span<const std::byte> rest = piece.bytes; !rest.empty();) {
    const ssize_t put = ::pwrite(fd_, rest.data(), rest.size(), at);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed();
    rest = rest.subspan(static_cast<std::size_t>(put));
    at += put;
  }
}

void OutputFile::write_lent() {
  writer_ = std::jthread([this, pieces = std::exchange(put_off_, {})] {
    for (const Piece& piece : pieces) write(piece);
    (void)::sync_file_range(fd_, 0, 0, SYNC_FILE_RANGE_WRITE);  // a hint
  });
}

void OutputFile::check() {
  if (writer_.joinable()) writer_.join();
  for (const Piece& piece : std::exchange(put_off_, {})) write(piece);
  if (const int error = error_; error != 0) {
    throw std::runtime_error(system_error_text("write", name_, error));
  }
}

}  // namespace mlpgrid::hdf5
