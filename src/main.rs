//! Mounts the console.

fn main() {
    dispatch_web::mount();
}
