// The callbacks of HDF5's virtual file layer. They are called from C: none may throw. Reads and
// writes are passed on to the derived classes.
#include "results/hdf5/library/driver_file.hpp"

#include <sys/types.h>

#include <algorithm>
#include <limits>
#include <new>

namespace mlpgrid::hdf5 {

struct DriverFile::Driver {
  struct File {
    H5FD_t base;  // must be first, because HDF5 casts between the two
    DriverFile* file;
    haddr_t allocated;
  };

  static File* of(H5FD_t* file) { return reinterpret_cast<File*>(file); }
  static const File* of(const H5FD_t* file) { return reinterpret_cast<const File*>(file); }

  static H5FD_t* open(const char*, unsigned, hid_t access, haddr_t) {
    // The target of an external link has no driver object: no other file is opened.
    const auto* used = static_cast<DriverFile* const*>(H5Pget_driver_info(access));
    if (used == nullptr) return nullptr;
    auto* file = new (std::nothrow) File{{}, *used, 0};
    return file == nullptr ? nullptr : &file->base;
  }

  static herr_t close(H5FD_t* file) {
    delete of(file);
    return 0;
  }

  // These features let HDF5 gather small reads and writes.
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

  static haddr_t get_eof(const H5FD_t* file, H5FD_mem_t) { return of(file)->file->end_; }

  static herr_t read(H5FD_t* base, H5FD_mem_t, hid_t, haddr_t address, std::size_t size,
                     void* buffer) {
    return of(base)->file->read(address, {static_cast<std::byte*>(buffer), size}) ? 0 : -1;
  }

  static herr_t write(H5FD_t* base, H5FD_mem_t, hid_t, haddr_t address, std::size_t size,
                      const void* buffer) {
    DriverFile& file = *of(base)->file;
    file.end_ = std::max(file.end_, address + size);
    return file.write(address, {static_cast<const std::byte*>(buffer), size}) ? 0 : -1;
  }

  static herr_t truncate(H5FD_t* base, hid_t, hbool_t) {
    const haddr_t size = of(base)->allocated;
    DriverFile& file = *of(base)->file;
    if (file.end_ == size) return 0;
    file.end_ = size;
    return file.resize(size) ? 0 : -1;
  }

  static Handle make() {
    H5FD_class_t driver{};
#ifdef H5FD_CLASS_VERSION
    driver.version = H5FD_CLASS_VERSION;
    driver.value = H5_VFD_RESERVED + 1;
#endif
    driver.name = "mlpgrid";
    driver.maxaddr = static_cast<haddr_t>(std::numeric_limits<off_t>::max());
    driver.fc_degree = H5F_CLOSE_WEAK;
    driver.fapl_size = sizeof(DriverFile*);  // NOLINT(bugprone-sizeof-expression): is a pointer
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

DriverFile::DriverFile(haddr_t end) : end_(end), driver_(Driver::make()) {}

Handle DriverFile::access() {
  Handle list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "create a property list");
  DriverFile* self = this;
  check(H5Pset_driver(list.id(), driver_.id(), &self), "set the file driver");
  return list;
}

}  // namespace mlpgrid::hdf5
