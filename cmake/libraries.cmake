# The libraries that mlpgrid is made of; for its own build and for who uses its installed package.
# Static where there is a static library: a shared one costs every start of the program from 0.1 ms
# to, with the 25 libraries behind HDF5's libcurl, 3 ms.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(TBB REQUIRED)
find_package(xsimd REQUIRED)  # no version here: asked for 8, xsimd 12 says that it is another one
if(xsimd_VERSION VERSION_LESS 8.0)
  message(FATAL_ERROR "xsimd ${xsimd_VERSION} is too old, 8.0 or newer is needed: ${xsimd_DIR}")
endif()
find_package(CURL REQUIRED)  # its header; the library is loaded when it is needed

set(shared_or_static ${CMAKE_FIND_LIBRARY_SUFFIXES})
list(PREPEND CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
set(Boost_USE_STATIC_LIBS ON)
find_package(Boost REQUIRED COMPONENTS program_options)
set(Protobuf_USE_STATIC_LIBS ON)
find_package(Protobuf REQUIRED)
find_library(MLPGRID_CSV csv REQUIRED)
find_library(MLPGRID_SZ sz REQUIRED)    # of HDF5
find_library(MLPGRID_AEC aec REQUIRED)  # of sz
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
set(CMAKE_FIND_LIBRARY_SUFFIXES ${shared_or_static})

set(HDF5_USE_STATIC_LIBRARIES ON)
find_package(HDF5 REQUIRED COMPONENTS C HL)
# Its own list names the shared libraries of drivers and filters that nothing uses.
list(FILTER HDF5_C_LIBRARIES INCLUDE REGEX hdf5)
list(FILTER HDF5_C_HL_LIBRARIES INCLUDE REGEX hdf5)
